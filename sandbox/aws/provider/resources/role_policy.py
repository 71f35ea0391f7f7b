"""A policy that is written into a role."""

import json
from collections.abc import Set

from sandbox.aws.provider.connection import Connection
from sandbox.aws.provider.constraints import json_fault
from sandbox.aws.provider.failures import unless_gone
from sandbox.aws.provider.kinds import DOCUMENT, normalised
from sandbox.aws.provider.resource_type import Existing, Property, ResourceType
from sandbox.aws.provider.resources.names import name_of, name_properties
from sandbox.aws.provider.values import Properties


class RolePolicy(ResourceType):
    """Identified by `ROLE:NAME`. AWS overwrites a policy of the same name without a word."""

    type_name = "aws:iam/rolePolicy:RolePolicy"
    label = "IAM Role Policy"
    longest_name = 128
    properties = (
        *name_properties(128),
        Property("policy", DOCUMENT, required=True, fault=json_fault),
        Property("role", required=True, replaces=True),
    )

    def create(self, aws: Connection, inputs: Properties) -> str:
        """Put the policy into the role."""
        name = name_of(inputs)
        self._put(aws, inputs["role"], name, inputs["policy"])
        return f"{inputs['role']}:{name}"

    def read(self, aws: Connection, existing: Existing) -> Properties | None:
        """Return the policy."""
        role, name = existing.parts("ROLE:POLICY")
        found = aws.iam.get_role_policy(RoleName=role, PolicyName=name)
        document = normalised(json.dumps(found["PolicyDocument"]))
        return {"role": role, "name": name, "policy": document}

    def update(
        self,
        aws: Connection,
        existing: Existing,
        news: Properties,
        changed: Set[str],
    ) -> None:
        """Overwrite the policy."""
        role, name = existing.parts("ROLE:POLICY")
        if "policy" in changed:
            self._put(aws, role, name, news["policy"])

    def delete(self, aws: Connection, existing: Existing) -> None:
        """Take the policy out of the role."""
        role, name = existing.parts("ROLE:POLICY")
        with unless_gone():
            aws.iam.delete_role_policy(RoleName=role, PolicyName=name)

    def _put(self, aws: Connection, role: str, name: str, document: str) -> None:
        aws.iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=normalised(document))
