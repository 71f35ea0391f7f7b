"""A role: what a job may do once it is let in."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from keyless.estate.presets import Permission
from keyless.estate.settings.aws_values import PolicyArn, RoleName, SessionMinutes
from keyless.estate.settings.checked import NOT_EMPTY, REPEAT_FREE
from keyless.estate.settings.github_values import FunctionName
from keyless.estate.settings.model import Listed, Noun
from keyless.estate.settings.refs import WorkflowRef


class ReferencedBoundary(Noun):
    """A permissions boundary that exists already."""

    arn: PolicyArn = Field(
        description="ARN of a managed policy of this account.",
        examples=["arn:aws:iam::222222222222:policy/bootstrap-boundary"],
    )


class Role(Noun):
    """One function of a context, such as deploy or migrate: one role, one variable."""

    permissions: Annotated[Listed[Permission], NOT_EMPTY] = Field(
        description="What the role may do: a list of permission presets.",
        examples=[[{"preset": "lambda-function", "function": "checkout"}]],
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
    permissions_boundary: ReferencedBoundary | None = Field(
        default=None,
        description="A boundary for this role instead of the stack's.",
        examples=[{"arn": "arn:aws:iam::222222222222:policy/bootstrap-boundary"}],
    )


Roles = Mapping[FunctionName, Role]
"""The roles of a context by function."""

ROLES_EXAMPLE = {"deploy": {"permissions": [{"preset": "lambda-function", "function": "checkout"}]}}
