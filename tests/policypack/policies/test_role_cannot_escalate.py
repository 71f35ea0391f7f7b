"""The policy role-cannot-escalate, run by the pack's analyzer."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.policypack import estate
from tests.policypack.analyzer import Declared, Pack
from tests.policypack.estate import allow

ID = "role-cannot-escalate"
WHERE = 'inline policy "permissions", statement 1'
WHY = "With it the role can give itself or others more than it has."
INSTEAD = (
    "Write exact ARNs, or for actions that know it a condition StringEquals "
    "iam:PermissionsBoundary."
)
TASKS = "arn:aws:iam::222222222222:role/service-role/tasks"
ITSELF = "arn:aws:iam::222222222222:role/keyless/acme-storefront-production-deploy"
APPS = "arn:aws:iam::222222222222:role/apps/*"
OTHER = "arn:aws:iam::222222222222:role/keyless/acme-storefront-plan"
ANY_ROLE = "arn:aws:iam::222222222222:role/*"


def bounded(
    operator: str = "StringEquals",
    value: object = estate.BOUNDARY,
    key: str = "PermissionsBoundary",
) -> dict[str, object]:
    return {"Condition": {operator: {f"iam:{key}": value}}}


def says(pack: Pack, *statements: Mapping[str, object], stack: str = "unconfigured") -> list[str]:
    found = pack.says_of_stack(ID, estate.compliant(estate.role_policy(*statements)), stack)
    return [sentence for _, sentence in found]


@pytest.mark.parametrize(
    "statement",
    [
        allow("iam:PassRole", TASKS),
        allow("iam:PassRole", [TASKS, ITSELF]),
        allow("sts:AssumeRole", TASKS),
        allow("iam:PutRolePolicy", TASKS),
        allow("iam:CreateRole", ANY_ROLE, **bounded()),
        allow(["iam:PutRolePolicy", "iam:AttachRolePolicy"], APPS, **bounded("ArnEquals")),
        allow("iam:PutRolePermissionsBoundary", APPS, **bounded(key="permissionsboundary")),
        allow(["iam:GetRole", "iam:ListRoles"], "*"),
        allow("sts:GetCallerIdentity", "*"),
        allow("s3:PutObject", "*"),
    ],
)
def test_exact_or_bounded_changes_pass(pack: Pack, statement: dict[str, object]) -> None:
    assert says(pack, statement) == []


@pytest.mark.parametrize(
    "action",
    [
        "iam:PassRole",
        "iam:passrole",
        "iam:CreateRole",
        "iam:PutRolePolicy",
        "iam:AttachRolePolicy",
        "iam:UpdateAssumeRolePolicy",
        "iam:CreatePolicyVersion",
        "iam:SetDefaultPolicyVersion",
        "iam:DeleteRolePermissionsBoundary",
        "iam:CreateAccessKey",
        "iam:CreateOpenIDConnectProvider",
        "iam:TagRole",
        "sts:AssumeRole",
        "iam:*",
        "iam:Pass*",
        "*",
        "i*:PassRole",
    ],
)
def test_change_on_any_resource_is_blocked(pack: Pack, action: str) -> None:
    assert says(pack, allow(action, ["arn:aws:s3:::x", ANY_ROLE])) == [
        f'{WHERE}: "{action}" on "{ANY_ROLE}". {WHY} {INSTEAD}'
    ]


def test_policy_variable_is_no_exact_arn(pack: Pack) -> None:
    resource = "arn:aws:iam::222222222222:role/${aws:PrincipalTag/role}"
    assert says(pack, allow("iam:PassRole", resource)) == [
        f'{WHERE}: "iam:PassRole" on "{resource}". {WHY} {INSTEAD}'
    ]


def test_not_resource_is_blocked(pack: Pack) -> None:
    statement = {"Effect": "Allow", "Action": "iam:PassRole", "NotResource": TASKS}
    assert says(pack, statement) == [
        f'{WHERE}: "iam:PassRole" on all but what NotResource names. {WHY} {INSTEAD}'
    ]


@pytest.mark.parametrize(
    "condition",
    [
        bounded("StringEqualsIfExists"),
        bounded("StringLike"),
        bounded("StringNotEquals"),
        bounded("ForAllValues:StringEquals"),
        bounded(value="arn:aws:iam::222222222222:policy/*"),
        bounded(value=[]),
        bounded(key="PolicyARN"),
    ],
)
def test_condition_that_does_not_bind_is_no_boundary(
    pack: Pack, condition: dict[str, object]
) -> None:
    assert len(says(pack, allow("iam:CreateRole", ANY_ROLE, **condition))) == 1


@pytest.mark.parametrize(
    "action", ["iam:PassRole", "iam:DeleteRolePermissionsBoundary", "iam:Put*"]
)
def test_boundary_excuses_only_actions_that_know_it(pack: Pack, action: str) -> None:
    assert len(says(pack, allow(action, ANY_ROLE, **bounded()))) == 1


def test_boundary_has_to_be_one_of_the_settings(pack: Pack) -> None:
    stack = pack.configured({"settings": {"boundaries": [estate.BOUNDARY]}})
    other = "arn:aws:iam::222222222222:policy/other"
    assert says(pack, allow("iam:CreateRole", ANY_ROLE, **bounded()), stack=stack) == []
    statement = allow("iam:CreateRole", ANY_ROLE, **bounded(value=[estate.BOUNDARY, other]))
    assert len(says(pack, statement, stack=stack)) == 1


def test_boundary_of_other_roles_keeps_those_for_github_out(pack: Pack) -> None:
    apps = f"{estate.BOUNDARY}-of-apps"
    stack = pack.configured({"settings": {"boundaries": [estate.BOUNDARY, apps]}})
    statement = allow("iam:PutRolePolicy", ANY_ROLE, **bounded(value=apps))
    assert says(pack, statement, stack=stack) == []
    setting = allow("iam:PutRolePermissionsBoundary", ANY_ROLE, **bounded(value=apps))
    assert len(says(pack, setting, stack=stack)) == 1


@pytest.mark.parametrize("action", ["iam:PutRolePolicy", "iam:DeleteRolePermissionsBoundary"])
def test_role_may_not_edit_itself(pack: Pack, action: str) -> None:
    assert says(pack, allow(action, [TASKS, ITSELF])) == [
        f'{WHERE}: "{action}" on "{ITSELF}", the role itself. {WHY} Leave it out.'
    ]


@pytest.mark.parametrize(
    "action",
    ["iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:DeleteRole"],
)
def test_role_may_not_edit_another_role_for_github(pack: Pack, action: str) -> None:
    assert says(pack, allow(action, OTHER)) == [
        f'{WHERE}: "{action}" on "{OTHER}", the role "acme-storefront-plan" that GitHub reaches. '
        f"{WHY} Leave it out."
    ]


def test_boundary_does_not_keep_roles_for_github_from_each_other(pack: Pack) -> None:
    keyless = "arn:aws:iam::222222222222:role/keyless/*"
    assert says(pack, allow("iam:PutRolePolicy", keyless, **bounded())) == [
        f'{WHERE}: "iam:PutRolePolicy" on "{keyless}", the role itself. {WHY} Leave it out.'
    ]


def test_role_may_not_edit_a_policy_of_a_role_for_github(pack: Pack) -> None:
    arn = "arn:aws:iam::222222222222:policy/keyless/plan"
    attached = Declared(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "attached",
        {"role": "acme-storefront-plan", "policyArn": arn},
    )
    resources = estate.compliant(
        estate.role_policy(allow("iam:CreatePolicyVersion", arn)), attached
    )
    assert [said for _, said in pack.says_of_stack(ID, resources)] == [
        f'{WHERE}: "iam:CreatePolicyVersion" on "{arn}", a policy of the role '
        f'"acme-storefront-plan" that GitHub reaches. {WHY} Leave it out.'
    ]


def test_no_role_takes_the_root_user(pack: Pack) -> None:
    root = "arn:aws:iam::222222222222:root"
    assert says(pack, allow("sts:AssumeRoot", root)) == [
        f'{WHERE}: "sts:AssumeRoot" takes the root user of an account. {WHY} Leave it out.'
    ]


def test_other_roles_of_the_stack_may_not_edit_one_for_github(pack: Pack) -> None:
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    tool = Declared(
        estate.ROLE,
        "tool",
        {
            "name": "tool",
            "assumeRolePolicy": estate.document(trust),
            "inlinePolicies": [
                {
                    "name": "permissions",
                    "policy": estate.document(
                        allow("iam:PutRolePolicy", OTHER), allow("*", "*"), allow("iam:*", TASKS)
                    ),
                }
            ],
        },
    )
    assert pack.says_of_stack(ID, estate.compliant(tool)) == [
        (
            "tool",
            f'{WHERE}: "iam:PutRolePolicy" on "{OTHER}", the role "acme-storefront-plan" that '
            f"GitHub reaches. {WHY} Leave it out.",
        )
    ]


def test_role_may_not_edit_a_boundary(pack: Pack) -> None:
    assert says(pack, allow("iam:CreatePolicyVersion", estate.BOUNDARY)) == [
        f'{WHERE}: "iam:CreatePolicyVersion" on "{estate.BOUNDARY}", a permissions boundary. '
        f"{WHY} Leave it out."
    ]


def test_credential_of_a_named_user_is_blocked(pack: Pack) -> None:
    user = "arn:aws:iam::222222222222:user/jane"
    assert says(pack, allow("iam:CreateAccessKey", user)) == [
        f'{WHERE}: "iam:CreateAccessKey" makes a credential that lives until somebody removes it. '
        f"{WHY} Leave it out."
    ]


def test_change_of_the_provider_is_blocked(pack: Pack) -> None:
    provider = f"arn:aws:iam::222222222222:oidc-provider/{estate.ISSUER}"
    assert says(pack, allow("iam:AddClientIDToOpenIDConnectProvider", provider)) == [
        f'{WHERE}: "iam:AddClientIDToOpenIDConnectProvider" on "{provider}", the provider that '
        f"every role for GitHub trusts. {WHY} Leave it out."
    ]


def test_what_two_policies_allow_together_is_refused(pack: Pack) -> None:
    """One may write what a role may do, the other may pass that role."""
    writes = estate.role_policy(allow("iam:PutRolePolicy", TASKS))
    passes = estate.role_policy(allow("iam:PassRole", TASKS))
    second = replace(passes.but(name="second"), name="second")
    [(name, sentence)] = pack.says_of_stack(ID, estate.compliant(writes, second), "unconfigured")
    assert name == estate.DEPLOY
    assert sentence.startswith(f'{WHERE}: "iam:PutRolePolicy" ')
    assert "iam:PassRole" in sentence
    assert pack.says_of_stack(ID, estate.compliant(writes), "unconfigured") == []
    assert pack.says_of_stack(ID, estate.compliant(second), "unconfigured") == []
