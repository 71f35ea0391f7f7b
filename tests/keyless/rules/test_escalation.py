"""Grants with which a role gives itself, or somebody else, more than it has."""

import pytest

from keyless.rules.escalation import escalations
from keyless.rules.grant import Grant
from keyless.rules.guarded import Guarded
from tests.keyless.rules.written import ACCOUNT, LABEL, WHERE, allow, granted

OWN = "/keyless/deploy"
ITSELF = f"{ACCOUNT}:role{OWN}"
PLAN = f"{ACCOUNT}:role/keyless/plan"
TASKS = f"{ACCOUNT}:role/service-role/tasks"
ANY_ROLE = f"{ACCOUNT}:role/*"
APPS = f"{ACCOUNT}:role/apps/*"
BOUNDARY = f"{ACCOUNT}:policy/keyless/boundary"
OTHER_BOUNDARY = f"{ACCOUNT}:policy/apps/boundary"
PERMISSION_SET = "arn:aws:sso:::permissionSet/ssoins-1/ps-1"
GUARDED = (
    Guarded(OWN, BOUNDARY, frozenset({"/keyless/logs"})),
    Guarded("/keyless/plan", BOUNDARY, frozenset({"/keyless/list"})),
)
WHY = "With it the role can give itself or others more than it has."
INSTEAD = (
    "Write exact ARNs, or for actions that know it a condition StringEquals "
    "iam:PermissionsBoundary."
)


def says(*statements: object, boundaries: tuple[str, ...] = ()) -> list[str]:
    return list(escalations([granted(*statements)], OWN, GUARDED, boundaries))


def bounded(value: object = BOUNDARY, operator: str = "StringEquals") -> dict[str, object]:
    return {"Condition": {operator: {"iam:PermissionsBoundary": value}}}


def on(action: str, resource: str, what: str) -> str:
    return f'{WHERE}: "{action}" on "{resource}", {what}. {WHY} Leave it out.'


@pytest.mark.parametrize(
    "statement",
    [
        allow("iam:PassRole", TASKS),
        allow("iam:PassRole", [TASKS, ITSELF]),
        allow("iam:CreateRole", ITSELF),
        allow("sts:AssumeRole", [TASKS, PLAN]),
        allow("iam:PutRolePolicy", TASKS),
        allow("iam:CreateRole", ANY_ROLE, **bounded()),
        allow(["iam:PutRolePolicy", "iam:AttachRolePolicy"], APPS, **bounded(operator="ArnEquals")),
        allow("iam:PutRolePermissionsBoundary", APPS, **bounded(operator="stringequals")),
        allow(["iam:GetRole", "iam:ListRoles", "iam:GetAccessKeyLastUsed"]),
        allow(["sts:GetCallerIdentity", "s3:PutObject", "s3:*"]),
        allow("iam:*", Effect="Deny"),
        allow("sso:PutInlinePolicyToPermissionSet", PERMISSION_SET),
        allow(["sso:ListInstances", "sso-directory:SearchUsers"]),
    ],
)
def test_exact_or_bounded_changes_pass(statement: object) -> None:
    assert says(statement) == []


@pytest.mark.parametrize(
    "action",
    [
        "iam:passrole",
        "iam:PutRolePolicy",
        "iam:UpdateAssumeRolePolicy",
        "iam:DeleteRolePermissionsBoundary",
        "iam:TagRole",
        "iam:CreateOpenIDConnectProvider",
        "iam:NoSuchAction",
        "sts:AssumeRole",
        "sts:TagSession",
        "iam:*",
        "iam:Pass*",
        "i*:PassRole",
    ],
)
def test_any_role_is_too_many(action: str) -> None:
    assert says(allow(["s3:GetObject", action], ["arn:aws:s3:::x", ANY_ROLE])) == [
        f'{WHERE}: "{action}" on "{ANY_ROLE}". {WHY} {INSTEAD}'
    ]


def test_a_policy_variable_is_no_exact_arn() -> None:
    assert says(allow("*", f"{ACCOUNT}:role/${{aws:username}}")) == [
        f'{WHERE}: "*" on "{ACCOUNT}:role/${{aws:username}}". {WHY} {INSTEAD}'
    ]


@pytest.mark.parametrize("excluded", [TASKS, [TASKS, ANY_ROLE]])
def test_all_but_some_is_too_many(excluded: object) -> None:
    shown = f'"{ANY_ROLE}"' if ANY_ROLE in excluded else "all but what NotResource names"  # type: ignore[operator]
    assert says(allow("iam:PassRole", None, NotResource=excluded)) == [
        f'{WHERE}: "iam:PassRole" on {shown}. {WHY} {INSTEAD}'
    ]


def test_all_but_some_is_bounded_like_any_role() -> None:
    statement = allow("iam:CreateUser", None, NotResource=TASKS, **bounded())
    assert says(statement) == []
    assert says(statement | {"Action": "iam:PutRolePolicy"}) == [
        on("iam:PutRolePolicy", "*", "the role itself")
    ]


@pytest.mark.parametrize(
    "condition",
    [
        bounded(operator="StringEqualsIfExists"),
        bounded(operator="StringLike"),
        bounded(operator="StringNotEquals"),
        bounded(operator="ForAllValues:StringEquals"),
        bounded(f"{ACCOUNT}:policy/*"),
        bounded([BOUNDARY, f"{ACCOUNT}:policy/${{aws:username}}"]),
        bounded([]),
        {"Condition": {"StringEquals": {"iam:PolicyARN": BOUNDARY}}},
    ],
)
def test_a_condition_that_does_not_bind_is_no_boundary(condition: dict[str, object]) -> None:
    assert says(allow("iam:CreateRole", ANY_ROLE, **condition)) == [
        f'{WHERE}: "iam:CreateRole" on "{ANY_ROLE}". {WHY} {INSTEAD}'
    ]


@pytest.mark.parametrize(
    "action", ["iam:PassRole", "iam:DeleteRolePermissionsBoundary", "iam:Put*"]
)
def test_a_boundary_excuses_only_actions_that_know_it(action: str) -> None:
    assert says(allow(action, ANY_ROLE, **bounded())) == [
        f'{WHERE}: "{action}" on "{ANY_ROLE}". {WHY} {INSTEAD}'
    ]


def test_a_boundary_has_to_be_one_of_the_settings() -> None:
    listed = (BOUNDARY, OTHER_BOUNDARY)
    statement = allow("iam:CreateRole", ANY_ROLE, **bounded([BOUNDARY, OTHER_BOUNDARY]))
    assert says(statement) == says(statement, boundaries=listed) == []
    assert len(says(statement, boundaries=(BOUNDARY,))) == 1


def test_the_boundary_of_other_roles_keeps_those_for_github_out() -> None:
    elsewhere = bounded(OTHER_BOUNDARY)
    assert says(allow("iam:PutRolePolicy", ANY_ROLE, **elsewhere)) == []
    assert says(allow("iam:PutRolePermissionsBoundary", ANY_ROLE, **elsewhere)) == [
        on("iam:PutRolePermissionsBoundary", ANY_ROLE, "the role itself")
    ]
    assert says(allow("iam:PutRolePolicy", ANY_ROLE, **bounded())) == [
        on("iam:PutRolePolicy", ANY_ROLE, "the role itself")
    ]


def test_a_boundary_that_the_settings_do_not_list_keeps_nobody_out() -> None:
    statement = allow("iam:PutRolePolicy", PLAN, **bounded(OTHER_BOUNDARY))
    assert says(statement) == []
    assert says(statement, boundaries=(BOUNDARY,)) == [
        on("iam:PutRolePolicy", PLAN, 'the role "plan" that GitHub reaches')
    ]


def test_a_role_whose_boundary_nobody_knows_is_not_kept_out() -> None:
    unbounded = Guarded("/keyless/plan", "", frozenset())
    grant = granted(allow("iam:PutRolePolicy", ANY_ROLE, **bounded(OTHER_BOUNDARY)))
    assert list(escalations([grant], OWN, [unbounded], ())) == [
        on("iam:PutRolePolicy", ANY_ROLE, 'the role "plan" that GitHub reaches')
    ]


@pytest.mark.parametrize(
    ("action", "resource", "what"),
    [
        ("iam:PutRolePolicy", ITSELF, "the role itself"),
        ("iam:DeleteRolePermissionsBoundary", ITSELF, "the role itself"),
        ("iam:UpdateAssumeRolePolicy", PLAN, 'the role "plan" that GitHub reaches'),
        ("iam:DeleteRole", PLAN, 'the role "plan" that GitHub reaches'),
        (
            "iam:CreatePolicyVersion",
            f"{ACCOUNT}:policy/keyless/logs",
            'a policy of the role "deploy" that GitHub reaches',
        ),
        (
            "iam:CreatePolicyVersion",
            f"{ACCOUNT}:policy/keyless/list",
            'a policy of the role "plan" that GitHub reaches',
        ),
        (
            "iam:CreatePolicyVersion",
            BOUNDARY,
            'the boundary of the role "deploy" that GitHub reaches',
        ),
        (
            "iam:AddClientIDToOpenIDConnectProvider",
            f"{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com",
            "the provider that every role for GitHub trusts",
        ),
    ],
)
def test_a_role_may_change_no_role_for_github(action: str, resource: str, what: str) -> None:
    assert says(allow(action, [TASKS, resource])) == [on(action, resource, what)]


@pytest.mark.parametrize(
    "resource",
    [
        f"{ACCOUNT}:oidc-provider/gitlab.com",
        f"{ACCOUNT}:saml-provider/github",
        f"{ACCOUNT}:policy/apps/logs",
        f"{ACCOUNT}:user/deploy",
    ],
)
def test_a_role_may_change_what_is_not_of_github(resource: str) -> None:
    assert says(allow("iam:CreatePolicyVersion", resource)) == []


def test_a_boundary_of_the_settings_may_not_be_edited() -> None:
    statement = allow("iam:CreatePolicyVersion", OTHER_BOUNDARY)
    assert says(statement) == []
    assert says(statement, boundaries=(OTHER_BOUNDARY,)) == [
        on("iam:CreatePolicyVersion", OTHER_BOUNDARY, "a permissions boundary")
    ]


@pytest.mark.parametrize("resource", [f"{ACCOUNT}:root", "*"])
def test_no_role_takes_the_root_user(resource: str) -> None:
    assert says(allow("sts:AssumeRoot", resource)) == [
        f'{WHERE}: "sts:AssumeRoot" takes the root user of an account. {WHY} Leave it out.'
    ]


@pytest.mark.parametrize("action", ["iam:CreateAccessKey", "iam:UploadSSHPublicKey"])
def test_no_role_makes_a_credential_that_lasts(action: str) -> None:
    assert says(allow(action, f"{ACCOUNT}:user/jane")) == [
        f'{WHERE}: "{action}" makes a credential that lives until somebody removes it. {WHY} Leave '
        "it out."
    ]


def test_all_statements_of_all_grants_are_judged() -> None:
    grants = [Grant("unseen"), granted(allow("s3:GetObject"), allow("iam:PassRole"))]
    assert list(escalations(grants, OWN, GUARDED, ())) == [
        f'{LABEL}, statement 2: "iam:PassRole" on "*". {WHY} {INSTEAD}'
    ]


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("iam:UpdateSAMLProvider", f"{ACCOUNT}:saml-provider/okta"),
        ("iam:updatesamlprovider", "*"),
        ("rolesanywhere:CreateTrustAnchor", "*"),
        ("rolesanywhere:UpdateTrustAnchor", "arn:aws:rolesanywhere:eu-west-1:2:trust-anchor/1"),
        ("sso-directory:AddMemberToGroup", "*"),
        ("sso:CreateTrustedTokenIssuer", "arn:aws:sso:::instance/ssoins-1"),
    ],
)
def test_nobody_lets_others_in(action: str, resource: str) -> None:
    assert says(allow(action, resource)) == [
        f'{WHERE}: "{action}" decides who gets in. {WHY} Leave it out.'
    ]


@pytest.mark.parametrize("action", ["sso:PutInlinePolicyToPermissionSet", "sso:*"])
def test_permission_sets_are_named_exactly(action: str) -> None:
    every = "arn:aws:sso:::permissionSet/ssoins-1/*"
    assert says(allow(action, every)) == [f'{WHERE}: "{action}" on "{every}". {WHY} {INSTEAD}']


@pytest.mark.parametrize("action", ["sts:AssumeRole", "iam:PassRole", "iam:UpdateAssumeRolePolicy"])
@pytest.mark.parametrize(
    "role",
    [
        "OrganizationAccountAccessRole",
        "organizationaccountaccessrole",
        "service-role/AWSControlTowerAdmin",
        "cdk-hnb659fds-cfn-exec-role-222222222222-eu-west-1",
    ],
)
def test_administrators_that_everybody_knows_are_left_alone(action: str, role: str) -> None:
    arn = f"{ACCOUNT}:role/{role}"
    assert says(allow(action, [TASKS, arn])) == [
        f'{WHERE}: "{action}" on "{arn}", an administrator unless somebody changed it. {WHY} '
        "Leave it out."
    ]


def test_a_role_that_is_written_and_entered_is_said_once() -> None:
    both = allow(["iam:PutRolePolicy", "iam:PassRole"], TASKS)
    assert len(says(both)) == 1
    assert says(allow(["iam:PutRolePolicy", "iam:PassRole"], PLAN)) == [
        on("iam:PutRolePolicy", PLAN, 'the role "plan" that GitHub reaches')
    ]


def test_a_role_is_entered_by_another_grant() -> None:
    writes, enters = (granted(allow(each, TASKS)) for each in ("iam:PutRolePolicy", "iam:PassRole"))
    assert list(escalations([writes], OWN, GUARDED, ())) == []
    assert len(list(escalations([writes], OWN, GUARDED, (), [writes, enters]))) == 1
    assert list(escalations([enters], OWN, GUARDED, (), [writes, enters])) == []


def test_a_boundary_that_counts_for_nothing_bounds_no_role_that_is_entered() -> None:
    statement = allow(["iam:PutRolePolicy", "iam:PassRole"], TASKS, **bounded(OTHER_BOUNDARY))
    assert says(statement, boundaries=(OTHER_BOUNDARY,)) == []
    (sentence,) = says(statement, boundaries=(BOUNDARY,))
    assert sentence.startswith(f'{WHERE}: "iam:PutRolePolicy" on "{TASKS}", beside "iam:PassRole"')
