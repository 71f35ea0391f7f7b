"""What a person gives the project at bootstrap: rights of its pipeline, and a policy of its bucket.

The pipeline's roles are those of a stack file whose boundary is one of their managed policies: that
one policy says what they may do, and bounds them. They live under a path of their own, and the path
is what guards them, whatever the repository is called. Pure: documents; nothing is created here.

The bucket's policy leaves its objects to the pipeline's roles alone, whatever other roles of the
account are granted: who writes a state can name code in it that the next run executes. The bucket
itself stays with its administrators, who can take the policy away in an emergency.

Sources: "Permissions boundaries for IAM entities" and "aws:PrincipalArn" (IAM User Guide); the keys
that the engine asks of an S3 backend were recorded (CLI 3.259.0).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from keyless.estate.composed_roles import ComposedRole, as_typed, compose_roles
from keyless.estate.naming import BOUNDARY_NAME
from keyless.estate.presets import Place
from keyless.estate.settings import Settings
from keyless.estate.trust_policy import document_size
from keyless.estate.values.aws import GUARD_TAG
from keyless.text.sentences import quoted

Document = Mapping[str, Any]

MANAGED_POLICY_LIMIT = 6144
"""Characters of a managed policy, white space not counted ("IAM and AWS STS quotas")."""

_ROLE_READS = [
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListInstanceProfilesForRole",
    "iam:ListRolePolicies",
]
_BEFORE_A_BOUNDARY = [
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
    "iam:UpdateRoleDescription",
]
"""What the provider changes of a role before it sets the boundary (terraform-provider-aws,
resource aws_iam_role)."""

_TAGGING = ["iam:TagRole", "iam:UntagRole"]
_POLICY_READS = ["iam:GetPolicy", "iam:GetPolicyVersion", "iam:ListPolicyVersions"]
_ROLE_WRITES = [
    "iam:AttachRolePolicy",
    "iam:CreateRole",
    "iam:DeleteRole",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
    "iam:UpdateRoleDescription",
]
_POLICY_WRITES = [
    "iam:CreatePolicy",
    "iam:CreatePolicyVersion",
    "iam:DeletePolicy",
    "iam:DeletePolicyVersion",
    "iam:TagPolicy",
    "iam:UntagPolicy",
]
_PROVIDER_WRITES = [
    "iam:AddClientIDToOpenIDConnectProvider",
    "iam:CreateOpenIDConnectProvider",
    "iam:RemoveClientIDFromOpenIDConnectProvider",
    "iam:TagOpenIDConnectProvider",
    "iam:UntagOpenIDConnectProvider",
]
_GUARDRAIL = [
    "organizations:AttachPolicy",
    "organizations:CreatePolicy",
    "organizations:DeletePolicy",
    "organizations:DescribePolicy",
    "organizations:DetachPolicy",
    "organizations:ListTagsForResource",
    "organizations:ListTargetsForPolicy",
    "organizations:TagResource",
    "organizations:UntagResource",
    "organizations:UpdatePolicy",
]
"""What a person alone does; the pipeline that it keeps others out of cannot change it."""
_OBJECTS = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
_OBJECT_READS = ["s3:GetObject", "s3:GetObjectVersion"]


_FIND_ROLES: Document = {
    "Sid": "FindRolesThatExist",
    "Effect": "Allow",
    "Action": "iam:ListRoles",
    "Resource": "*",
}
"""A preview with many new roles asks for the list, to refuse names that are taken."""


class BootstrapError(ValueError):
    """A stack file that gives its pipeline no guard; its text is the sentence to show."""


@dataclass(frozen=True)
class BootstrapRights:
    """The documents of the pipeline, of the person who runs the first `up`, and of the bucket."""

    up: Document
    first_up: Document
    state_bucket: Document


@dataclass(frozen=True)
class _Roles:
    """The paths and roles that the stack manages, and which of them are the pipeline's own.

    `outside` are roles on other paths. Many of them do not fit into a policy, and are reached by
    the tag that guards them once the first `up` has set it, where `is_by_tag`.
    """

    paths: tuple[str, ...]
    outside: tuple[str, ...]
    pipeline: str
    policy: str
    boundaries: tuple[str, ...]
    updating: tuple[str, ...]
    looking: tuple[str, ...]
    is_by_tag: bool = False

    @property
    def named(self) -> tuple[str, ...]:
        """What is named in a policy: the paths, and roles elsewhere one by one."""
        return self.paths if self.is_by_tag else (*self.paths, *self.outside)


def bootstrap_rights(
    settings: Settings, *, bucket: str, project: str, person: str | None = None
) -> BootstrapRights:
    """Write the documents for a stack, whose state lies in `bucket` under the project's name.

    `person` is the ARN of a role that people run `up` with, beside the pipeline's own.

    Raises BootstrapError for a stack without a pipeline, or whose pipeline has no path of its own.
    """
    roles = _roles(settings, Place(settings.partition.name, settings.account, settings.region))
    rights = _rights(settings, roles, bucket, project, person)
    if roles.outside and document_size(rights.up) > MANAGED_POLICY_LIMIT:
        return _rights(settings, replace(roles, is_by_tag=True), bucket, project, person)
    return rights


def _rights(
    settings: Settings, roles: "_Roles", bucket: str, project: str, person: str | None
) -> BootstrapRights:
    place = Place(settings.partition.name, settings.account, settings.region)
    managed, every = roles.named, place.arn("iam", "role/*", region=False)
    read = (*roles.paths, every) if roles.is_by_tag else managed
    by_tag = _by_tag(settings, every, roles.boundaries) if roles.is_by_tag else []
    state = place.bucket(f"{bucket}/.pulumi")
    find = _allow("FindTheState", "s3:ListBucket", place.bucket(bucket))
    return BootstrapRights(
        up=_document(
            _allow(
                "ReadWhatTheStackManages",
                sorted(["iam:GetOpenIDConnectProvider", *_POLICY_READS, *_ROLE_READS]),
                [
                    settings.oidc_provider_arn,
                    place.arn("iam", f"policy{settings.defaults.role_path}*", region=False),
                    *read,
                    *settings.looked_up_policies,
                ],
            ),
            _FIND_ROLES,
            _on_roles("RolesUnderTheStacksBoundary", managed, roles.boundaries),
            _allow("TagsOfRoles", _TAGGING, managed),
            *by_tag,
            {
                "Sid": "NotThisPipelinesOwnRoles",
                "Effect": "Deny",
                "NotAction": ["iam:Get*", "iam:List*"],
                "Resource": roles.pipeline,
            },
            find,
            _allow("ReadTheBackendsVersion", "s3:GetObject", f"{state}/meta.yaml"),
            _allow(
                "ReadAndWriteTheState",
                _OBJECTS,
                [
                    f"{state}/backups/{project}/{settings.stack}/*",
                    f"{state}/history/{project}/{settings.stack}/*",
                    f"{state}/locks/organization/{project}/{settings.stack}/*",
                    f"{state}/stacks/{project}/{settings.stack}.*",
                ],
            ),
        ),
        first_up=_document(
            _allow(
                "TheProvider",
                sorted(["iam:GetOpenIDConnectProvider", *_PROVIDER_WRITES]),
                settings.oidc_provider_arn,
            ),
            _allow(
                "TheStacksBoundary",
                sorted(_POLICY_READS + _POLICY_WRITES),
                place.arn(
                    "iam", f"policy{settings.defaults.role_path}{BOUNDARY_NAME}", region=False
                ),
            ),
            _allow("ReadRoles", _ROLE_READS, read),
            _FIND_ROLES,
            *(
                [_allow("ReadPoliciesThatAreLookedUp", _POLICY_READS, settings.looked_up_policies)]
                if settings.looked_up_policies
                else []
            ),
            _on_roles("RolesUnderOneOfTheBoundaries", managed, [roles.policy, *roles.boundaries]),
            _allow("TagsOfRoles", _TAGGING, managed),
            *by_tag,
            *([_allow("TheGuardrail", _GUARDRAIL, "*")] if settings.config.guardrail else []),
            find,
            _allow("ReadAndWriteTheState", _OBJECTS, f"{state}/*"),
        ),
        state_bucket=_bucket_policy(place.bucket(f"{bucket}/*"), roles, person),
    )


def _by_tag(settings: Settings, roles: str, boundaries: Sequence[str]) -> list[Document]:
    tag = {f"aws:ResourceTag/{GUARD_TAG}": settings.stack}
    bounded = {"iam:PermissionsBoundary": _one_or_all(boundaries)}
    return [
        {
            **_allow("RolesElsewhereByTheirTag", _ROLE_WRITES, roles),
            "Condition": {"StringEquals": {**bounded, **tag}},
        },
        {
            **_allow("TagsOfRolesElsewhere", _TAGGING, roles),
            "Condition": {"StringEquals": tag},
        },
    ]


def adopted_rights(roles: Sequence[ComposedRole], stack_path: str) -> tuple[Document, ...]:
    """Write what `up` may do with roles outside of the stack's path, by their exact ARNs.

    As many documents as the limit of a managed policy makes of them, each to be attached beside
    those of the bootstrap, to the person who runs `up`.
    """
    outside = [role for role in roles if not role.role_path.startswith(stack_path)]
    found: list[Document] = []
    chunk: list[ComposedRole] = []
    for role in outside:
        if chunk and document_size(_of_adopted([*chunk, role])) > MANAGED_POLICY_LIMIT:
            found.append(_of_adopted(chunk))
            chunk = []
        chunk.append(role)
    return (*found, _of_adopted(chunk)) if chunk else ()


def _of_adopted(roles: Sequence[ComposedRole]) -> Document:
    arns = [role.role_arn for role in roles]
    boundaries = list(dict.fromkeys(role.boundary_arn for role in roles))
    return _document(
        _allow("ReadAndTagRoles", [*_ROLE_READS, *_TAGGING], arns),
        _on_roles("RolesUnderTheirBoundaries", arns, boundaries),
        {
            **_allow("UntilTheyHaveABoundary", _BEFORE_A_BOUNDARY, arns),
            "Condition": {"Null": {"iam:PermissionsBoundary": "true"}},
        },
    )


def _bucket_policy(objects: str, roles: _Roles, person: str | None) -> Document:
    updating = [*roles.updating, *([person] if person else [])]
    every = {"Effect": "Deny", "Principal": "*", "Resource": objects}
    return _document(
        {
            "Sid": "NobodyButThePipeline",
            **every,
            "Action": "s3:*",
            "Condition": _unless([*updating, *roles.looking]),
        },
        {
            "Sid": "OnlyUpWrites",
            **every,
            "NotAction": _OBJECT_READS,
            "Condition": _unless(updating),
        },
    )


def _unless(principals: Sequence[str]) -> Document:
    """Return a condition that all requests meet but those of these roles; AWS's own, too."""
    return {"ArnNotEquals": {"aws:PrincipalArn": _one_or_all(principals)}}


def _roles(settings: Settings, place: Place) -> _Roles:
    composed = compose_roles(settings, as_typed(settings))
    own = [role for role in composed if role.boundary_arn in role.managed_policy_arns]
    if not own:
        raise BootstrapError(
            f"stack {quoted(settings.stack)}: no role whose boundary is also its managed-policy. "
            "That is how the pipeline's own role is known. Give the role that runs `up` one policy "
            "under both permissions_boundary and permissions."
        )
    paths, policies = {role.role_path for role in own}, {role.boundary_arn for role in own}
    if len(paths) > 1 or len(policies) > 1:
        raise BootstrapError(
            f"stack {quoted(settings.stack)}: the roles {_names(own)} have different paths or "
            "policies. One document guards one path. Give them the same role_path and the same "
            "policy."
        )
    (path,), (policy,) = paths, policies
    inside = [
        role
        for role in composed
        if role.role_path.startswith(path) and role.repository != own[0].repository
    ]
    if settings.defaults.role_path.startswith(path) or inside:
        raise BootstrapError(
            f"stack {quoted(settings.stack)}: the pipeline's role {_names(own)} has the path "
            f"{quoted(path)}, as roles of others have. The path is what keeps the pipeline from "
            "changing its own roles. Give it a role_path of its own, as in "
            f"{quoted(settings.defaults.role_path + 'pipeline/')}."
        )
    outside = [
        role.role_arn
        for role in composed
        if not role.role_path.startswith((settings.defaults.role_path, path))
    ]
    stack_path, pipeline = (
        place.arn("iam", f"role{each}*", region=False)
        for each in (settings.defaults.role_path, path)
    )
    beside = [] if path.startswith(settings.defaults.role_path) else [pipeline]
    bounded = [role.boundary_arn for role in composed if role.boundary_arn != policy]
    return _Roles(
        paths=(stack_path, *beside),
        outside=tuple(outside),
        pipeline=pipeline,
        policy=policy,
        boundaries=tuple(dict.fromkeys([settings.permissions_boundary_arn, *bounded])),
        updating=tuple(role.role_arn for role in own),
        looking=tuple(
            role.role_arn
            for role in composed
            if role.role_path.startswith(path) and role not in own
        ),
    )


def _names(roles: Iterable[ComposedRole]) -> str:
    return " and ".join(quoted(role.role_name) for role in roles)


def _document(*statements: Document) -> Document:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _allow(sid: str, actions: str | list[str], resources: str | Sequence[str]) -> dict[str, Any]:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Action": actions,
        "Resource": _one_or_all(resources),
    }


def _on_roles(sid: str, roles: Sequence[str], boundaries: Sequence[str]) -> Document:
    condition = {"StringEquals": {"iam:PermissionsBoundary": _one_or_all(boundaries)}}
    return {**_allow(sid, _ROLE_WRITES, roles), "Condition": condition}


def _one_or_all(texts: str | Sequence[str]) -> str | list[str]:
    if isinstance(texts, str):
        return texts
    return texts[0] if len(texts) == 1 else list(texts)
