"""The permissions boundary that a stack recommends: what no deployment role may ever do.

Everything is allowed but the ways to more power, to identities that outlive a job, and to what
stands above the account. IAM is an allow list, so that what AWS adds to it stays closed until it
has been looked at. Pure: documents and ARNs; the component that creates the policy is elsewhere.

Closed, each by a statement below and each tried by an attack in the tests:

- the boundary itself, and every role and policy under the path of the deployment roles: no
  change, no new one, no passing, no assuming;
- deployment roles elsewhere, which carry a tag that the stack gives them: no change of the role,
  its trust, its policies, its boundary or its tags, and no assuming;
- roles: new ones only with this boundary, and changes only to those that carry it, so what a
  bounded role makes is bounded too. No boundary is ever set on, or taken off, a role that exists:
  the one would take over a role that somebody else left unbounded, the other frees one;
- managed policies: no new version and no switch of version, since the policy may be that of a
  role without a boundary, and no condition key tells. A bounded role makes a new policy instead;
- users, groups, access keys, logins, identity providers for OIDC and SAML, trust anchors of IAM
  Roles Anywhere, delegation requests, IAM Identity Center: none made, none changed;
- the organisation, Control Tower, stack sets, account settings, root sessions;
- roles that are administrators wherever they exist, by their well-known names: those made by AWS
  Organizations, Control Tower and `cdk bootstrap`.

What remains, because a boundary cannot see it:

- iam:PassRole and sts:AssumeRole reach roles without a boundary: nothing tells a boundary whether
  the role that is passed or assumed has one. Grant both on exact ARNs only.
- Code that runs under another role (functions, tasks, builds, instances, stacks with a service
  role) can be changed by whoever may update the function, task, build, instance or stack.
- A role made under the boundary can be given any trust policy. It holds no more than the boundary
  leaves, but somebody else can hold it.
- Tags of other roles outside the path can be set, which matters where policies rely on them. Who
  gives a role the tag of deployment roles shuts every bounded role out of it, and gains nothing.
- A deployment role outside the path can be passed where AWS does not look at its tag ("Controlling
  access to IAM resources using tags" calls that unreliable). No service can hold it: its trust
  names GitHub alone.
- Reading is not limited: data and secrets are a matter of the role's own permissions.

Sources: "Permissions boundaries for IAM entities", "Policy evaluation logic" and "Grant a user
permissions to pass a role to an AWS service" (IAM User Guide); "Actions, resources, and condition
keys for AWS Identity and Access Management" (AWS Service Authorization Reference).
"""

import re

from keyless.estate.naming import BOUNDARY_NAME
from keyless.estate.presets.place import Place
from keyless.estate.values.aws import GUARD_TAG

_IAM_READS = ["iam:Generate*", "iam:Get*", "iam:List*", "iam:Simulate*"]
_ABOVE_THE_ACCOUNT = [
    "account:*",
    "cloudformation:ActivateOrganizationsAccess",
    "cloudformation:CreateStackInstances",
    "cloudformation:CreateStackSet",
    "cloudformation:UpdateStackInstances",
    "cloudformation:UpdateStackSet",
    "controltower:*",
    "organizations:*",
    "s3:PutAccountPublicAccessBlock",
    "sts:AssumeRoot",
]
_IDENTITIES = [
    "iam:*",
    "identity-sync:*",
    "identitystore:*",
    "rolesanywhere:*",
    "sso-directory:*",
    "sso:*",
]
_HARMLESS_IN_IAM = [
    "iam:*InstanceProfile",
    "iam:*ServerCertificate",
    "iam:*ServiceLinkedRole",
    "iam:CreatePolicy",
    "iam:DeletePolicy",
    "iam:DeletePolicyVersion",
    "iam:PassRole",
    "iam:TagPolicy",
    "iam:TagRole",
    "iam:UntagPolicy",
    "iam:UntagRole",
]
_ON_BOUNDED_ROLES = [
    "iam:AttachRolePolicy",
    "iam:CreateRole",
    "iam:DeleteRole",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRolePolicy",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
    "iam:UpdateRoleDescription",
]
_ADMINISTRATORS = [
    "AWSControlTowerExecution",
    "OrganizationAccountAccessRole",
    "cdk-*-cfn-exec-role-*",
]


def boundary_arn(place: Place, role_path: str) -> str:
    """Return the ARN of the boundary, which lies under the path of the roles that it bounds."""
    return place.arn("iam", f"policy{role_path}{BOUNDARY_NAME}", region=False)


def boundary_document(place: Place, role_path: str) -> dict[str, object]:
    """Return the policy document of the boundary for roles under `role_path`, as in `/keyless/`.

    Raises ValueError for a path that is not one of its own: the boundary would guard every role.
    """
    if not re.fullmatch(r"/(?:[A-Za-z0-9_+=,.@-]+/)+", role_path):
        message = (
            f'"{role_path}" is no path of its own. The boundary guards every role under the path. '
            'Write one with a slash at both ends, as in "/keyless/".'
        )
        raise ValueError(message)
    boundary = boundary_arn(place, role_path)
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AllButIdentitiesAndWhatIsAboveTheAccount",
                "Effect": "Allow",
                "NotAction": sorted(_ABOVE_THE_ACCOUNT + _IDENTITIES),
                "Resource": "*",
            },
            {
                "Sid": "ReadsOfThose",
                "Effect": "Allow",
                "Action": [
                    "account:Get*",
                    "account:List*",
                    *_IAM_READS,
                    "organizations:Describe*",
                    "organizations:List*",
                ],
                "Resource": "*",
            },
            {
                "Sid": "HarmlessInIam",
                "Effect": "Allow",
                "Action": _HARMLESS_IN_IAM,
                "Resource": "*",
            },
            {
                "Sid": "RolesUnderThisBoundary",
                "Effect": "Allow",
                "Action": _ON_BOUNDED_ROLES,
                "Resource": "*",
                "Condition": {"StringEquals": {"iam:PermissionsBoundary": boundary}},
            },
            {
                "Sid": "NothingUnderThePath",
                "Effect": "Deny",
                "NotAction": _IAM_READS,
                "Resource": [
                    place.arn("iam", f"policy{role_path}*", region=False),
                    place.arn("iam", f"role{role_path}*", region=False),
                ],
            },
            {
                "Sid": "NoDeploymentRoleElsewhere",
                "Effect": "Deny",
                "NotAction": _IAM_READS,
                "Resource": place.arn("iam", "role/*", region=False),
                "Condition": {"Null": {f"aws:ResourceTag/{GUARD_TAG}": "false"}},
            },
            {
                "Sid": "NoAdministrators",
                "Effect": "Deny",
                "Action": ["iam:PassRole", "sts:AssumeRole"],
                "Resource": [
                    f"arn:{place.partition}:iam::*:role/{name}" for name in _ADMINISTRATORS
                ],
            },
        ],
    }
