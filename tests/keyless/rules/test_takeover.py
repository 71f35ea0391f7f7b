"""Roles that somebody may both write and enter."""

from time import process_time

import pytest

from keyless.rules.grant import Grant
from keyless.rules.takeover import takeovers
from tests.keyless.rules.written import ACCOUNT, LABEL, WHERE, allow, granted

APP = f"{ACCOUNT}:role/app"
APPS = f"{ACCOUNT}:role/app*"
BOUNDARY = f"{ACCOUNT}:policy/keyless/boundary"
LAMBDA = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def when(key: str, value: object, operator: str = "StringEquals") -> dict[str, object]:
    return {"Condition": {operator: {f"iam:{key}": value}}}


def bounded(value: object = BOUNDARY) -> dict[str, object]:
    return when("PermissionsBoundary", value)


def says(*statements: object, boundaries: tuple[str, ...] = ()) -> list[str]:
    grant = granted(*statements)
    return [sentence for _, sentence in takeovers([grant], [grant], boundaries)]


def both(written: str, entered: str, where: str = WHERE) -> str:
    return (
        f'{where}: "{written}" on "{APP}", beside "{entered}" on it. Anybody who '
        "may do both makes it an administrator. Write a condition StringEquals "
        "iam:PermissionsBoundary for the first, and nothing that takes the boundary off."
    )


@pytest.mark.parametrize("written", ["iam:PutRolePolicy", "iam:AttachRolePolicy"])
@pytest.mark.parametrize(
    "entered", ["iam:CreateRole", "iam:UpdateAssumeRolePolicy", "iam:PassRole", "sts:AssumeRole"]
)
def test_role_that_is_written_and_entered(written: str, entered: str) -> None:
    assert says(allow([written, entered], APP)) == [both(written, entered)]
    assert says(allow(entered, APP), allow(written, APP)) == [
        both(written, entered, f"{LABEL}, statement 2")
    ]


def test_either_alone_takes_nothing_over() -> None:
    assert says(allow(["iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:TagRole"], APP)) == []
    assert says(allow(["iam:PassRole", "iam:CreateRole", "sts:AssumeRole"], APP)) == []
    assert says(allow("iam:PutRolePolicy", APP), allow("iam:PassRole", f"{APP}-2")) == []


def test_each_grant_is_judged_beside_all_of_them() -> None:
    writes, enters = granted(allow("iam:PutRolePolicy", APP)), Grant("x", granted().document)
    enters = Grant("x", {"Statement": allow("iam:PassRole", APP)})
    assert list(takeovers([writes], [writes, enters], ())) == [
        (APP, both("iam:PutRolePolicy", "iam:PassRole"))
    ]
    assert list(takeovers([enters], [writes, enters], ())) == []


def test_users_and_patterns_are_no_roles_to_take_over() -> None:
    assert says(allow(["iam:PutRolePolicy", "iam:PassRole"], f"{ACCOUNT}:user/app")) == []
    assert says(allow(["iam:PutRolePolicy", "iam:PassRole"], APPS)) == []


def test_pattern_enters_the_role_that_is_written() -> None:
    found = says(allow("iam:PutRolePolicy", APP), allow("iam:PassRole", APPS))
    assert found == [both("iam:PutRolePolicy", "iam:PassRole")]


def test_boundary_bounds_what_is_written() -> None:
    makes = allow("iam:CreateRole", APP, **bounded())
    assert says(makes, allow("iam:PutRolePolicy", APP, **bounded())) == []
    assert says(makes, allow("iam:PutRolePolicy", APP)) == [
        both("iam:PutRolePolicy", "iam:CreateRole", f"{LABEL}, statement 2")
    ]
    other = allow("iam:PutRolePolicy", APP, **bounded(f"{ACCOUNT}:policy/other"))
    assert says(makes, other) == []
    assert len(says(makes, other, boundaries=(BOUNDARY,))) == 1


@pytest.mark.parametrize(
    "takes_off",
    [
        allow("iam:DeleteRolePermissionsBoundary", APP),
        allow("iam:PutRolePermissionsBoundary", APP),
        allow("iam:PutRolePermissionsBoundary", APP, **when("PermissionsBoundary", "*")),
    ],
)
@pytest.mark.parametrize("written_on", [APP, APPS])
def test_boundary_that_is_taken_off_bounds_nothing(takes_off: object, written_on: str) -> None:
    makes = allow("iam:CreateRole", APPS, **bounded())
    writes = allow("iam:PutRolePolicy", written_on, **bounded())
    assert says(writes, makes, takes_off) == [both("iam:PutRolePolicy", "iam:CreateRole")]
    elsewhere = allow("iam:DeleteRolePermissionsBoundary", f"{ACCOUNT}:role/other")
    assert says(writes, makes, elsewhere) == []


def test_boundary_that_is_changed_for_a_known_one_bounds() -> None:
    sets = allow("iam:PutRolePermissionsBoundary", APP, **bounded())
    makes = allow(["iam:CreateRole", "iam:PutRolePolicy"], APP, **bounded())
    assert says(makes, sets) == []
    assert says(makes, sets, boundaries=(BOUNDARY,)) == []


def test_boundary_that_is_changed_for_one_that_counts_for_nothing_bounds_nothing() -> None:
    sets = allow("iam:PutRolePermissionsBoundary", APP, **bounded(f"{ACCOUNT}:policy/other"))
    makes = allow(["iam:CreateRole", "iam:PutRolePolicy"], APP, **bounded())
    found = says(makes, sets, boundaries=(BOUNDARY,))
    assert found == [both("iam:PutRolePolicy", "iam:CreateRole")]


def test_boundary_that_is_taken_off_another_role_bounds_what_is_written() -> None:
    other = f"{ACCOUNT}:role/other"
    takes_off = allow(["iam:CreateRole", "iam:DeleteRolePermissionsBoundary"], other)
    assert says(allow("iam:PutRolePolicy", APP, **bounded()), takes_off) == []


@pytest.mark.parametrize("operator", ["ArnEquals", "StringEquals"])
def test_policies_that_are_named_may_be_attached(operator: str) -> None:
    enters = allow("iam:PassRole", APP)
    named = when("PolicyARN", [LAMBDA, f"{ACCOUNT}:policy/app"], operator)
    assert says(enters, allow("iam:AttachRolePolicy", APP, **named)) == []
    assert len(says(enters, allow("iam:PutRolePolicy", APP, **named))) == 1


@pytest.mark.parametrize("action", ["iam:CreatePolicy", "iam:CreatePolicyVersion"])
def test_policies_that_are_named_and_written_may_be_any(action: str) -> None:
    own = f"{ACCOUNT}:policy/app"
    enters = allow("iam:PassRole", APP)
    attaches = allow("iam:AttachRolePolicy", APP, **when("PolicyARN", [LAMBDA, own]))
    assert len(says(attaches, enters, allow(action, own))) == 1
    assert says(attaches, enters, allow(action, f"{own}-2")) == []


def test_many_roles_are_compared_in_little_time() -> None:
    every = [f"{APP}-{number}" for number in range(2_000)]
    writes = [allow("iam:PutRolePolicy", role) for role in every]
    started = process_time()
    assert len(says(*writes, allow("iam:PassRole", every))) == len(every)
    assert process_time() - started < 1


@pytest.mark.parametrize(
    "condition",
    [
        when("PolicyARN", [LAMBDA, ADMINISTRATOR]),
        when("PolicyARN", "arn:aws:iam::aws:policy/*", "ArnEquals"),
        when("PolicyARN", LAMBDA, "StringLike"),
        when("PolicyARN", []),
    ],
)
def test_policies_that_are_not_named_may_be_any(condition: dict[str, object]) -> None:
    enters = allow("iam:PassRole", APP)
    assert len(says(enters, allow("iam:AttachRolePolicy", APP, **condition))) == 1
