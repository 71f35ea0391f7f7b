"""Give one repository, context and function a role of its own."""

import json
from collections.abc import Sequence

import pulumi_aws as aws
from pulumi import ComponentResource, Resource, ResourceHookBinding, ResourceOptions

from components.child import child_of
from keyless.estate.composed_roles import RoleAccess
from keyless.estate.naming import attachment_name, inline_policy_name


class DeployRole(ComponentResource):
    """Create a role with its trust policy and boundary, then its permissions.

    `granted` is the role with all its permissions: what a variable that names it waits for.
    """

    def __init__(
        self,
        access: RoleAccess,
        *,
        after: Sequence[Resource],
        hooks: ResourceHookBinding,
        parent: Resource,
    ) -> None:
        super().__init__(
            "keyless:index:DeployRole", access.resource_name, opts=ResourceOptions(parent=parent)
        )
        self.role = aws.iam.Role(
            access.resource_name,
            name=access.role_name,
            path=access.role_path,
            description=access.description,
            assume_role_policy=json.dumps(access.trust_policy),
            max_session_duration=access.max_session_seconds,
            permissions_boundary=access.boundary_arn,
            tags=dict(access.tags),
            opts=child_of(self, after=after, hooks=hooks),
        )
        self.granted: list[Resource] = [self.role, *self._grant(access)]
        self.register_outputs({})

    def _grant(self, access: RoleAccess) -> list[Resource]:
        attached: list[Resource] = [
            aws.iam.RolePolicyAttachment(
                attachment_name(access.resource_name, arn),
                role=self.role.name,
                policy_arn=arn,
                opts=child_of(self, after=[self.role]),
            )
            for arn in access.managed_policy_arns
        ]
        inline: list[Resource] = [
            aws.iam.RolePolicy(
                inline_policy_name(access.resource_name, name),
                name=name,
                role=self.role.name,
                policy=json.dumps(document),
                opts=child_of(self, after=[self.role]),
            )
            for name, document in access.policies.items()
        ]
        return [*inline, *attached]
