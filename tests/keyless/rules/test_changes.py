"""What somebody whom GitHub does not reach may change of the roles that it reaches."""

import json

import pytest

from keyless.rules.changes import changes_of_others
from keyless.rules.grant import Grant
from keyless.rules.guarded import Guarded

BOUNDARY = "arn:aws:iam::222222222222:policy/keyless/boundary"
DEPLOY = Guarded("/keyless/deploy", BOUNDARY, frozenset({"/keyless/images"}))
ROLES = "arn:aws:iam::222222222222:role/keyless/*"
POLICIES = "arn:aws:iam::222222222222:policy/keyless/*"
WHY = "With it the role can give itself or others more than it has."


def said(*statements: dict[str, object], guarded: Guarded = DEPLOY) -> list[str]:
    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return list(changes_of_others([Grant("policy", document)], [guarded]))


def allow(action: object, resource: object = "*", **more: object) -> dict[str, object]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: object, resource: object, **more: object) -> dict[str, object]:
    return {**allow(action, resource, **more), "Effect": "Deny"}


def test_trust_of_any_role_is_that_of_these_too() -> None:
    assert said(allow("iam:UpdateAssumeRolePolicy")) == [
        'policy, statement 1: "iam:UpdateAssumeRolePolicy" on "*", the role "deploy" that GitHub '
        f"reaches. {WHY} Write exact ARNs of others, or a Deny on what GitHub reaches."
    ]


def test_exact_arn_is_left_out() -> None:
    assert said(allow("iam:PutRolePolicy", "arn:aws:iam::222222222222:role/keyless/deploy")) == [
        'policy, statement 1: "iam:PutRolePolicy" on '
        '"arn:aws:iam::222222222222:role/keyless/deploy", the role "deploy" that GitHub reaches. '
        f"{WHY} Leave it out."
    ]


@pytest.mark.parametrize("action", ["iam:DeleteRole", "iam:TagRole", "*", ["iam:GetRole", "iam:*"]])
def test_any_change_of_an_exact_role_counts(action: object) -> None:
    assert len(said(allow(action, "arn:aws:iam::222222222222:role/keyless/deploy"))) == 1


@pytest.mark.parametrize("action", ["iam:GetRole", "iam:PassRole", "s3:PutObject", "s3:*"])
def test_what_changes_no_role_may_name_one(action: str) -> None:
    exact = "arn:aws:iam::222222222222:role/keyless/deploy"
    provider = "arn:aws:iam::222222222222:oidc-provider/token.actions.githubusercontent.com"
    assert said(allow(action, [exact, provider])) == []


def test_a_pattern_of_one_letter_is_no_exact_arn() -> None:
    assert said(allow("i*:PutRolePolicy", "arn:aws:iam::222222222222:role/keyless/deplo?")) == [
        'policy, statement 1: "i*:PutRolePolicy" on '
        '"arn:aws:iam::222222222222:role/keyless/deplo?", the role "deploy" that GitHub reaches. '
        f"{WHY} Write exact ARNs of others, or a Deny on what GitHub reaches."
    ]
    assert len(said(allow("i*:PutRolePolicy"))) == 1


@pytest.mark.parametrize("action", ["*", "*:*", ["s3:GetObject", "*"]])
def test_administrator_is_no_matter_of_github(action: object) -> None:
    assert said(allow(action)) == []


@pytest.mark.parametrize("action", ["iam:*", "*", "i*:*", "iam:Update*"])
def test_wildcard_on_the_roles_is_refused(action: str) -> None:
    assert len(said(allow(action, ROLES))) == 1


@pytest.mark.parametrize(
    ("excluded", "refused"),
    [(["s3:*"], 1), (["iam:*"], 0), (["iam:*Role*", "iam:*Policy*", "iam:*OpenID*"], 0)],
)
def test_not_action_is_all_but_what_it_names(excluded: list[str], refused: int) -> None:
    found = said({"Effect": "Allow", "NotAction": excluded, "Resource": "*"})
    assert len(found) == refused
    assert all(f'"all but {excluded[0]}" on "*"' in each for each in found)


@pytest.mark.parametrize(
    "action", ["iam:CreateInstanceProfile", "iam:CreateServiceLinkedRole", "iam:CreateRole"]
)
def test_what_changes_no_role_that_is_there_may_be_on_everything(action: str) -> None:
    assert said(allow(action)) == []


@pytest.mark.parametrize(
    "guard",
    [
        deny("iam:*", [ROLES, POLICIES]),
        deny("iam:*", "*"),
        deny("iam:Update*", [ROLES, POLICIES]),
        deny("iam:*", ["arn:aws:iam::*:role/keyless/*", "arn:aws:iam::*:policy/keyless/*"]),
        {"Effect": "Deny", "Action": "iam:*", "NotResource": "arn:aws:iam::222222222222:role/a/*"},
        {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"},
    ],
)
def test_deny_keeps_the_roles_out(guard: dict[str, object]) -> None:
    assert said(allow("iam:UpdateAssumeRolePolicy"), guard) == []


@pytest.mark.parametrize(
    "guard",
    [
        deny("iam:*", ["arn:aws-cn:iam::222222222222:role/keyless/*", POLICIES]),
        deny("iam:*", ["arn:aws:iam:eu-west-1:222222222222:role/keyless/*", POLICIES]),
        deny("iam:*", ["arn:aws:sts::222222222222:assumed-role/deploy/*", POLICIES]),
        deny("iam:*", ["arn:aws:iam::222222222222:role/Keyless/*", POLICIES]),
        deny("iam:PutRolePolicy", "*"),
        deny("iam:*", [ROLES, POLICIES], Condition={"Bool": {"aws:SecureTransport": "false"}}),
        deny("iam:*", ["arn:aws:iam::333333333333:role/keyless/*", POLICIES]),
        deny("iam:*", ["arn:aws:iam::222222222222:role/keyless/${aws:username}", POLICIES]),
        deny("iam:*", ["x*", POLICIES]),
        deny("iam:*", ["arn:aws:iam::222222222222:role/keyless/${*}", POLICIES]),
        deny("iam:*", ["arn:aws:iam:::role/keyless/*", POLICIES]),
        {"Effect": "Deny", "Action": "iam:*", "NotResource": ROLES},
        {"Effect": "Deny", "NotAction": "iam:Update*", "Resource": "*"},
    ],
)
def test_deny_that_may_not_apply_keeps_nobody_out(guard: dict[str, object]) -> None:
    assert len(said(allow("iam:UpdateAssumeRolePolicy"), guard)) == 1


@pytest.mark.parametrize(
    ("denied", "left"),
    [
        ([POLICIES], 'the role "deploy" that GitHub reaches'),
        (
            [ROLES, BOUNDARY],
            'a policy of the role "deploy" that GitHub reaches',
        ),
        (
            [ROLES, "arn:aws:iam::222222222222:policy/keyless/images"],
            'the boundary of the role "deploy" that GitHub reaches',
        ),
        ([ROLES, POLICIES], "the provider that every role for GitHub trusts"),
    ],
)
def test_guard_names_role_policies_boundary_and_provider(denied: list[str], left: str) -> None:
    (sentence,) = said(allow("iam:*"), deny("iam:*", denied))
    assert f'"iam:*" on "*", {left}.' in sentence


@pytest.mark.parametrize(
    ("provider", "refused"), [("*", 0), ("token.actions.githubusercontent.com", 0), ("x.test", 1)]
)
def test_provider_is_guarded_too(provider: str, refused: int) -> None:
    arn = f"arn:aws:iam::222222222222:oidc-provider/{provider}"
    assert len(said(allow("iam:*"), deny("iam:*", [ROLES, POLICIES, arn]))) == refused


@pytest.mark.parametrize(("name", "refused"), [("deploy-?", 1), ("*-?", 1), ("deploy-*", 0)])
def test_name_that_comes_later_has_any_number_of_letters(name: str, refused: int) -> None:
    guarded = Guarded("/keyless/deploy-?", BOUNDARY, frozenset())
    guard = deny("iam:*", [f"arn:aws:iam::222222222222:role/keyless/{name}", POLICIES])
    assert len(said(allow("iam:UpdateAssumeRolePolicy"), guard, guarded=guarded)) == refused


def test_deny_may_leave_one_letter_of_a_known_name_open() -> None:
    guard = deny("iam:*", ["arn:aws:iam::222222222222:role/keyless/deplo?", POLICIES])
    assert said(allow("iam:UpdateAssumeRolePolicy"), guard) == []


def test_path_of_a_role_may_have_colons() -> None:
    guarded = Guarded("/team:a/deploy", BOUNDARY, frozenset())
    guard = deny("iam:*", ["arn:aws:iam::222222222222:role/team:a/deploy", POLICIES])
    assert said(allow("iam:UpdateAssumeRolePolicy"), guard, guarded=guarded) == []


def test_not_resource_leaves_out_what_it_names_for_certain() -> None:
    statement = {"Effect": "Allow", "Action": "iam:PutRolePolicy"}
    assert said({**statement, "NotResource": [ROLES, POLICIES]}) == []
    assert said({**statement, "NotResource": "arn:aws:iam::222222222222:role/x"}) == [
        'policy, statement 1: "iam:PutRolePolicy" on "*", the role "deploy" that GitHub reaches. '
        f"{WHY} Write exact ARNs of others, or a Deny on what GitHub reaches."
    ]


def test_account_of_a_deny_counts_only_where_the_role_s_is_known() -> None:
    unbounded = Guarded("/keyless/deploy", "", frozenset())
    guard = deny("iam:*", ROLES)
    assert len(said(allow("iam:UpdateAssumeRolePolicy"), guard, guarded=unbounded)) == 1
    everywhere = deny("iam:*", "arn:aws:iam::*:role/keyless/*")
    assert said(allow("iam:UpdateAssumeRolePolicy"), everywhere, guarded=unbounded) == []


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:iam:::role/keyless/*",
        "arn:aws:iam:eu-west-1:*:role/keyless/*",
        "arn:aws:s3::*:role/keyless/*",
        "arn:${aws:username}:iam::*:role/keyless/*",
        "arn:aws:iam::*",
        "arn",
        "",
    ],
)
def test_deny_of_no_role_s_arn_keeps_nobody_out(resource: str) -> None:
    unbounded = Guarded("/keyless/deploy", "", frozenset())
    guard = deny("iam:*", resource)
    assert len(said(allow("iam:UpdateAssumeRolePolicy"), guard, guarded=unbounded)) == 1


@pytest.mark.parametrize(
    "resource", ["arn:aws-cn:iam::*:role/keyless/*", "*:*:*:*:*:role/keyless/deploy"]
)
def test_partition_of_a_deny_may_be_any_where_the_role_s_is_unknown(resource: str) -> None:
    unbounded = Guarded("/keyless/deploy", "", frozenset())
    guard = deny("iam:*", resource)
    assert said(allow("iam:UpdateAssumeRolePolicy"), guard, guarded=unbounded) == []


def test_policy_variable_is_no_part_of_a_path() -> None:
    odd = Guarded("/${aws:username}/deploy", BOUNDARY, frozenset())
    guard = deny("iam:*", ["arn:aws:iam::222222222222:role/${aws:username}/*", POLICIES])
    assert len(said(allow("iam:UpdateAssumeRolePolicy"), guard, guarded=odd)) == 1


@pytest.mark.parametrize(("boundary", "refused"), [(BOUNDARY, 1), (f"{BOUNDARY}-of-apps", 0)])
def test_boundary_that_is_asked_for_narrows(boundary: str, refused: int) -> None:
    condition = {"StringEquals": {"iam:PermissionsBoundary": boundary}}
    assert len(said(allow("iam:AttachRolePolicy", Condition=condition))) == refused
