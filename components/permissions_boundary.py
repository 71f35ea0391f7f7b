"""Bound what any role of the stack can ever do, whatever permissions it is given."""

import json

import pulumi_aws as aws
from pulumi import ComponentResource

from components.child import child_of
from keyless.estate.boundary_document import boundary_of
from keyless.estate.naming import BOUNDARY_NAME
from keyless.estate.settings import Settings


class PermissionsBoundary(ComponentResource):
    """Create the recommended boundary under the path of the roles that it bounds."""

    def __init__(self, settings: Settings) -> None:
        super().__init__("keyless:index:PermissionsBoundary", "permissions_boundary")
        self.policy = aws.iam.Policy(
            "permissions_boundary",
            name=BOUNDARY_NAME,
            path=settings.defaults.role_path,
            description="The most that a role created by keyless can ever do",
            policy=json.dumps(boundary_of(settings)),
            tags=dict(settings.defaults.tags),
            opts=child_of(self),
        )
        self.register_outputs({})
