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
- the organisation, Control Tower, stack sets, account settings, root sessions, tokens of AWS for
  other clouds;
- what sees that something goes wrong: CloudTrail, Config, GuardDuty, Security Hub and Access
  Analyzer are not switched off and look at no less; an account's blocks of public access stay;
- roles that are administrators wherever they exist, by their well-known names: those of AWS
  Organizations, Control Tower, its Account Factory for Terraform, the Landing Zone Accelerator,
  stack sets and `cdk bootstrap`. The roles that the CDK's command line assumes are left open where
  a permission of the stack assumes one of them.

What remains, because a boundary cannot see it:

- iam:PassRole and sts:AssumeRole reach roles without a boundary: nothing tells a boundary whether
  the role that is passed or assumed has one. Grant both on exact ARNs only.
- Code that runs under another role (functions, tasks, builds, instances, stacks with a service
  role) can be changed by anybody who may update the function, task, build, instance or stack.
- A role made under the boundary can be given any trust policy. It has no more than the boundary
  leaves, but somebody else can hold it.
- Tags of other roles outside the path can be set, which matters where policies rely on them. The
  tag of deployment roles is neither set nor taken off by anybody bounded.
- A deployment role outside the path can be passed where AWS does not look at its tag ("Controlling
  access to IAM resources using tags" calls that unreliable). No service can hold it: its trust
  names GitHub alone.
- Reading is not limited: data and secrets are a matter of the role's own permissions.

Sources: "Permissions boundaries for IAM entities", "Policy evaluation logic" and "Grant a user
permissions to pass a role to an AWS service" (IAM User Guide); "Actions, resources, and condition
keys for AWS Identity and Access Management" (AWS Service Authorization Reference).
"""

import re
from fnmatch import fnmatchcase

from keyless.estate.composed_roles import place_of
from keyless.estate.naming import BOUNDARY_NAME
from keyless.estate.presets.place import Place
from keyless.estate.settings import Settings
from keyless.estate.values.aws import GUARD_TAG
from keyless.facts import ADMINISTRATOR_ROLES

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
    "sts:GetWebIdentityToken",
]
_WATCH = [
    "access-analyzer:DeleteAnalyzer",
    "access-analyzer:UpdateAnalyzer",
    "cloudtrail:Delete*",
    "cloudtrail:PutEventSelectors",
    "cloudtrail:PutInsightSelectors",
    "cloudtrail:Stop*",
    "cloudtrail:UpdateEventDataStore",
    "cloudtrail:UpdateTrail",
    "config:Delete*",
    "config:DisassociateResourceTypes",
    "config:PutConfigurationRecorder",
    "config:PutDeliveryChannel",
    "config:Stop*",
    "ec2:*VpcBlockPublicAccessExclusion",
    "ec2:DisableImageBlockPublicAccess",
    "ec2:DisableSnapshotBlockPublicAccess",
    "ec2:EnableSnapshotBlockPublicAccess",
    "ec2:ModifyVpcBlockPublicAccessOptions",
    "guardduty:CreateFilter",
    "guardduty:CreateIPSet",
    "guardduty:CreateTrustedEntitySet",
    "guardduty:Delete*",
    "guardduty:Disable*",
    "guardduty:Disassociate*",
    "guardduty:Stop*",
    "guardduty:Update*",
    "securityhub:Delete*",
    "securityhub:Disable*",
    "securityhub:Disassociate*",
]
"""What switches off, or narrows, the look at an account. Enabling a block of public access for
snapshots is among it: the call can put a weaker block in the place of a stronger one.
"""

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
_OF_THE_CDK = [
    "cdk-*-deploy-role-*",
    "cdk-*-file-publishing-role-*",
    "cdk-*-image-publishing-role-*",
    "cdk-*-lookup-role-*",
]


def boundary_arn(place: Place, role_path: str) -> str:
    """Return the ARN of the boundary, which lies under the path of the roles that it bounds."""
    return place.arn("iam", f"policy{role_path}{BOUNDARY_NAME}", region=False)


def boundary_of(settings: Settings) -> dict[str, object]:
    """Return the boundary of a stack, open for the CDK's roles where a permission assumes one."""
    place = Place(settings.partition.name, settings.account, settings.region)
    assumed = (
        arn
        for repository in settings.repositories.values()
        for at in repository.contexts()
        for role in at.roles.values()
        for granted in role.granted()
        for arn in granted.permission.grant(place_of(settings, at)).assumes
    )
    cdk = any(fnmatchcase(arn, f"arn:*:role/{name}") for arn in assumed for name in _OF_THE_CDK)
    return boundary_document(place, settings.defaults.role_path, with_cdk=cdk)


def boundary_document(place: Place, role_path: str, *, with_cdk: bool = False) -> dict[str, object]:
    """Return the policy document of the boundary for roles under `role_path`, as in `/keyless/`.

    `with_cdk` leaves the roles open that the CDK's command line assumes.
    Raises ValueError for a path that is not one of its own: the boundary would guard every role.
    """
    if not re.fullmatch(r"/(?:[A-Za-z0-9_+=,.@-]+/)+", role_path):
        message = (
            f'"{role_path}" is no path of its own. The boundary guards every role under the path. '
            'Write one with a slash at both ends, as in "/keyless/".'
        )
        raise ValueError(message)
    boundary = boundary_arn(place, role_path)
    further = [] if with_cdk else _OF_THE_CDK
    administrators = sorted([*ADMINISTRATOR_ROLES, *further])
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AllButIdentitiesTheWatchAndWhatIsAboveTheAccount",
                "Effect": "Allow",
                "NotAction": sorted(_ABOVE_THE_ACCOUNT + _IDENTITIES + _WATCH),
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
                "Sid": "NoTagOfDeploymentRoles",
                "Effect": "Deny",
                "Action": ["iam:TagRole", "iam:UntagRole"],
                "Resource": "*",
                "Condition": {"ForAnyValue:StringEquals": {"aws:TagKeys": GUARD_TAG}},
            },
            {
                "Sid": "NoAdministrators",
                "Effect": "Deny",
                "Action": ["iam:PassRole", "sts:AssumeRole"],
                "Resource": [
                    f"arn:{place.partition}:iam::*:role/{name}" for name in administrators
                ],
            },
        ],
    }
