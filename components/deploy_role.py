"""Give one repository, context and function a role of its own."""

import json
from collections.abc import Sequence

import pulumi_aws as aws
from pulumi import ComponentResource, Resource, ResourceHookBinding, ResourceOptions

from components.child import child_of
from keyless.estate.composed_roles import RoleAccess


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
                f"{access.resource_name}/{_account_and_name(arn)}",
                role=self.role.name,
                policy_arn=arn,
                opts=child_of(self, after=[self.role]),
            )
            for arn in access.managed_policy_arns
        ]
        if access.policy is None:
            return attached
        inline = aws.iam.RolePolicy(
            access.resource_name,
            name="permissions",
            role=self.role.name,
            policy=json.dumps(access.policy),
            opts=child_of(self, after=[self.role]),
        )
        return [inline, *attached]


def _account_and_name(policy_arn: str) -> str:
    """Name an attachment: `aws/ReadOnlyAccess`, which no policy of an account can be called."""
    account, _, name = policy_arn.split(":", 4)[4].partition(":policy/")
    return f"{account}/{name}"
