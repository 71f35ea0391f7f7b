"""One question for all that a role for GitHub may not have."""

from collections.abc import Mapping

import pytest

from keyless.rules.grant import Grant
from keyless.rules.guarded import Guarded
from keyless.rules.pack_settings import settings_in
from keyless.rules.rights import beyond, is_unseen
from keyless.trust import Context, Verdict
from keyless.trust.verdict import Repository
from tests.keyless.rules.written import ACCOUNT, LABEL, allow, granted

OWN = "/keyless/deploy"
BOUNDARY = f"{ACCOUNT}:policy/keyless/boundary"
POLICY = f"{ACCOUNT}:policy/apps/logs"
PRODUCTION = "environment:production"
SHOP = Repository("acme", "shop")
WRITE = granted(allow("s3:PutObject", "arn:aws:s3:::acme-site/x"))


def says(
    *grants: Grant,
    context: str = PRODUCTION,
    verdict: Verdict = Verdict.EXACT,
    settings: Mapping[str, object] | None = None,
) -> list[str]:
    """Return each sentence without the label and what follows the first full stop."""
    found = beyond(
        grants,
        verdict=verdict,
        contexts=[Context(SHOP, context)],
        own=OWN,
        guarded=[Guarded(OWN, "", frozenset())],
        boundaries=[BOUNDARY],
        settings=settings_in(dict(settings or {})),
    )
    return [said.removeprefix(LABEL).partition(".")[0] for said in found]


def test_named_actions_through_an_environment_pass() -> None:
    assert says(WRITE) == []


def test_wildcards_are_too_many() -> None:
    assert says(granted(allow("sqs:Send*"))) == [
        ', statement 1: action "sqs:Send*" is a wildcard',
    ]


def test_a_policy_is_unseen_by_all_but_the_roles_that_are_listed() -> None:
    unseen, settings = Grant(LABEL, None, POLICY), {"arn": POLICY, "roles": ["deploy"]}
    assert says(unseen) == [": the stack does not show it"]
    assert says(unseen, settings={"managed_policies": [settings]}) == []
    assert says(unseen, settings={"managed_policies": [settings | {"roles": ["plan"]}]}) != []
    (said,) = beyond(
        [unseen],
        verdict=Verdict.EXACT,
        contexts=(),
        own=OWN,
        guarded=(),
        boundaries=(),
        settings=settings_in({}),
    )
    assert f'{{"arn": "{POLICY}", "roles": ["deploy"]}}' in said


def test_changes_of_roles_for_github_are_too_much() -> None:
    itself = f"{ACCOUNT}:role{OWN}"
    assert says(granted(allow("iam:PutRolePolicy", itself))) == [
        f', statement 1: "iam:PutRolePolicy" on "{itself}", the role itself',
    ]


@pytest.mark.parametrize("listed", [[], [f"{ACCOUNT}:policy/other"]])
def test_boundaries_of_stack_and_settings_may_not_be_edited(listed: list[str]) -> None:
    for arn in (BOUNDARY, *listed):
        assert says(
            granted(allow("iam:CreatePolicyVersion", arn)), settings={"boundaries": listed}
        ) == [f', statement 1: "iam:CreatePolicyVersion" on "{arn}", a permissions boundary']


def test_state_is_closed_to_roles_that_are_not_listed() -> None:
    grant = granted(allow("s3:GetObject", "arn:aws:s3:::acme-state/x"))
    for roles, is_closed in ((["plan"], True), (["deploy"], False)):
        entry = {"bucket": "acme-state", "roles": roles}
        found = says(grant, settings={"state_buckets": [entry]})
        assert bool(found) is is_closed


@pytest.mark.parametrize(
    ("verdict", "is_closed"),
    [
        (Verdict.OPEN, True),
        (Verdict.PULL_REQUEST, True),
        (Verdict.ANY_BRANCH, False),
        (Verdict.EXACT, False),
    ],
)
def test_pull_requests_only_read(verdict: Verdict, is_closed: bool) -> None:
    expected = [', statement 1: "s3:PutObject" writes'] if is_closed else []
    assert says(WRITE, verdict=verdict) == expected


def test_a_review_environment_writes_names_with_its_prefix() -> None:
    entry = {"environment": "shop/production", "name_prefix": "shop-pr-"}
    found = says(WRITE, settings={"review_environments": [entry]})
    assert found == [
        ', statement 1: "s3:PutObject" on "arn:aws:s3:::acme-site/x", which does not begin with '
        '"shop-pr-"'
    ]
    other = entry | {"environment": "shop/preview"}
    assert says(WRITE, settings={"review_environments": [other]}) == []


@pytest.mark.parametrize(
    ("context", "served"),
    [("ref:refs/heads/main", '"ref:refs/heads/main"'), ("*", "every branch")],
)
def test_a_write_needs_an_environment_unless_the_settings_say_so(context: str, served: str) -> None:
    assert says(WRITE, context=context) == [
        f': statement 1 allows "s3:PutObject", and {served} reaches the role'
    ]
    assert says(WRITE, context=context, settings={"write_needs_environment": False}) == []


def test_pull_requests_are_no_ref() -> None:
    assert says(WRITE, context="pull_request") == []


@pytest.mark.parametrize(
    ("grant", "unseen"),
    [
        (Grant(LABEL, None, POLICY), True),
        (Grant(LABEL, {}, POLICY), False),
        (Grant(LABEL, None, POLICY, unknown="policy"), False),
        (Grant(LABEL), False),
        (Grant(LABEL, None, "arn:aws:iam::aws:policy/AdministratorAccess"), False),
    ],
)
def test_policies_that_nobody_shows(grant: Grant, unseen: bool) -> None:
    assert is_unseen(grant) is unseen
