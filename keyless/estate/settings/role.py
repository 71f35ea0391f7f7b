"""A role: what a job may do once it is let in."""

from collections.abc import Mapping
from typing import Annotated, NamedTuple, Self

from pydantic import ConfigDict, Field, model_validator

from keyless.estate.naming import DEFAULT_POLICY
from keyless.estate.presets import Permission
from keyless.estate.settings.model import Listed, Model
from keyless.estate.settings.refs import WorkflowRef
from keyless.estate.values.aws import (
    Date,
    InlinePolicyName,
    PolicyArn,
    RoleName,
    RolePath,
    SessionMinutes,
    TagKey,
    TagValue,
)
from keyless.estate.values.checked import NOT_EMPTY, NOT_EMPTY_MAPPING, REPEAT_FREE, Checked
from keyless.estate.values.github import FunctionName, VariableName
from keyless.text.sentences import quoted


class ReferencedBoundary(Model):
    """A permissions boundary that exists already."""

    arn: PolicyArn = Field(
        description="ARN of a managed policy of this account.",
        examples=["arn:aws:iam::222222222222:policy/bootstrap-boundary"],
    )


class Granted(NamedTuple):
    """One permission, the inline policy that it belongs to, and the keys that lead to it."""

    policy: str
    keys: tuple[str | int, ...]
    permission: Permission


def _without_managed_policies(permissions: tuple[Permission, ...]) -> tuple[Permission, ...]:
    if any(permission.preset == "managed-policy" for permission in permissions):
        raise ValueError(
            "a managed-policy. It is attached to the role, and is part of no inline policy. Write "
            "it under permissions."
        )
    return permissions


_InlinePolicy = Annotated[Listed[Permission], NOT_EMPTY, Checked(_without_managed_policies)]


class Role(Model):
    """One function of a context, such as deploy or migrate: one role, one variable."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["permissions"]}, {"required": ["policies"]}]}
    )

    permissions: Annotated[Listed[Permission], NOT_EMPTY] = Field(
        default=(),
        description="What the role may do: a list of permission presets.",
        examples=[[{"preset": "lambda-function", "function": "checkout"}]],
    )
    policies: Annotated[Mapping[InlinePolicyName, _InlinePolicy], NOT_EMPTY_MAPPING] = Field(
        default_factory=dict,
        description="Inline policies under names of their own, each a list of permission presets. "
        "The entries of `permissions` are the policy of that name.",
        examples=[{"push-image": [{"preset": "container-image", "repository": "shop"}]}],
    )
    session_minutes: SessionMinutes | None = Field(
        default=None,
        description="How long a session lasts, 15 to 720 minutes. Below 60 the role's maximum "
        "stays at an hour, and the workflow asks for less.",
        examples=[60],
    )
    workflows: Annotated[Listed[WorkflowRef], NOT_EMPTY, REPEAT_FREE] = Field(
        default=(),
        description="Workflow files, each with its ref, that alone may assume the role "
        "(the claim job_workflow_ref).",
        examples=[["acme/pipelines/.github/workflows/migrate.yml@refs/tags/v3"]],
    )
    role_name: RoleName | None = Field(
        default=None,
        description="A name for the role instead of the composed one.",
        examples=["storefront-deploy"],
    )
    role_path: RolePath | None = Field(
        default=None,
        description="A path for the role instead of the stack's; / is allowed. Outside of the "
        "stack's path the role carries a tag by which the recommended boundary guards it.",
        examples=["/"],
    )
    variable: VariableName | None = Field(
        default=None,
        description="A name for the variable with the role's ARN instead of the composed one.",
        examples=["DEPLOY_ROLE_ARN"],
    )
    tags: Annotated[Mapping[TagKey, TagValue], NOT_EMPTY_MAPPING] = Field(
        default_factory=dict,
        description="Tags of this role beside those of every role, which they go before.",
        examples=[{"team": "web"}],
    )
    until: Date | None = Field(
        default=None,
        description="The day from whose beginning (UTC) nobody gets in any more. The trust policy "
        "carries it.",
        examples=["2027-03-31"],
    )
    permissions_boundary: ReferencedBoundary | None = Field(
        default=None,
        description="A boundary for this role instead of the stack's.",
        examples=[{"arn": "arn:aws:iam::222222222222:policy/bootstrap-boundary"}],
    )

    @model_validator(mode="after")
    def _may_do_something(self) -> Self:
        if not self.permissions and not self.policies:
            raise ValueError(
                "neither permissions nor policies. The role could do nothing. Write for example "
                "permissions: [{preset: lambda-function, function: checkout}]."
            )
        if self.permissions and DEFAULT_POLICY in self.policies:
            raise ValueError(
                f"permissions, and {DEFAULT_POLICY} under policies. Both are the inline policy "
                f"{quoted(DEFAULT_POLICY)}. Keep one of them."
            )
        return self

    def granted(self) -> tuple[Granted, ...]:
        """List every permission with the inline policy that it belongs to."""
        plain = (
            Granted(DEFAULT_POLICY, ("permissions", position), permission)
            for position, permission in enumerate(self.permissions)
        )
        named = (
            Granted(name, ("policies", name, position), permission)
            for name, permissions in self.policies.items()
            for position, permission in enumerate(permissions)
        )
        return (*plain, *named)


Roles = Mapping[FunctionName, Role]
"""The roles of a context by function."""

ROLES_EXAMPLE = {"deploy": {"permissions": [{"preset": "lambda-function", "function": "checkout"}]}}
