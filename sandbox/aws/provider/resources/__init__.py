"""The resource types of this provider, one a file, and the registry of them."""

from collections.abc import Mapping

from sandbox.aws.provider.resource_type import ResourceType
from sandbox.aws.provider.resources.open_id_connect_provider import OpenIdConnectProvider
from sandbox.aws.provider.resources.organization_policy import OrganizationPolicy
from sandbox.aws.provider.resources.organization_policy_attachment import (
    OrganizationPolicyAttachment,
)
from sandbox.aws.provider.resources.policy import Policy
from sandbox.aws.provider.resources.role import Role
from sandbox.aws.provider.resources.role_policy import RolePolicy
from sandbox.aws.provider.resources.role_policy_attachment import RolePolicyAttachment

RESOURCES: Mapping[str, ResourceType] = {
    kind.type_name: kind
    for kind in (
        OpenIdConnectProvider(),
        OrganizationPolicy(),
        OrganizationPolicyAttachment(),
        Policy(),
        Role(),
        RolePolicy(),
        RolePolicyAttachment(),
    )
}
