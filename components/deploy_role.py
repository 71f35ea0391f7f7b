"""Give one repository, context and function a role of its own."""

import json
from collections.abc import Sequence

import pulumi_aws as aws
from pulumi import (
    ComponentResource,
    Resource,
    ResourceHook,
    ResourceHookBinding,
    ResourceOptions,
)

from components.child import child_of
from keyless.estate.composed_roles import ComposedRole
from keyless.estate.naming import attachment_name, inline_policy_name


class DeployRole(ComponentResource):
    """Create a role with its trust policy and boundary, then its permissions.

    `granted` is the role with all its permissions: what a variable that names it waits for.
    `exists` refuses a role that the account has already. `hooks` are those of the role,
    `before_grant` those of its policies and attachments.
    """

    def __init__(
        self,
        composed: ComposedRole,
        *,
        after: Sequence[Resource],
        exists: ResourceHook,
        hooks: ResourceHookBinding,
        before_grant: ResourceHookBinding,
        parent: Resource,
    ) -> None:
        super().__init__(
            "keyless:index:DeployRole", composed.resource_name, opts=ResourceOptions(parent=parent)
        )
        self.role = aws.iam.Role(
            composed.resource_name,
            name=composed.role_name,
            path=composed.role_path,
            description=composed.description,
            assume_role_policy=json.dumps(composed.trust_policy),
            max_session_duration=composed.max_session_seconds,
            permissions_boundary=composed.boundary_arn,
            tags=dict(composed.tags),
            opts=child_of(
                self,
                after=after,
                hooks=ResourceHookBinding(
                    before_create=[exists, *(hooks.before_create or ())],
                    before_update=hooks.before_update,
                ),
            ),
        )
        self.granted: list[Resource] = [self.role, *self._grant(composed, before_grant)]
        self.register_outputs({})

    def _grant(self, composed: ComposedRole, hooks: ResourceHookBinding) -> list[Resource]:
        attached: list[Resource] = [
            aws.iam.RolePolicyAttachment(
                attachment_name(composed.resource_name, arn),
                role=self.role.name,
                policy_arn=arn,
                opts=child_of(self, after=[self.role], hooks=hooks),
            )
            for arn in composed.managed_policy_arns
        ]
        inline: list[Resource] = [
            aws.iam.RolePolicy(
                inline_policy_name(composed.resource_name, name),
                name=name,
                role=self.role.name,
                policy=json.dumps(document),
                opts=child_of(self, after=[self.role], hooks=hooks),
            )
            for name, document in composed.policies.items()
        ]
        return [*inline, *attached]
