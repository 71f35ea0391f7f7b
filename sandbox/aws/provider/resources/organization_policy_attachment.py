"""The attachment of an organisation's policy to a root, an organizational unit or an account."""

from sandbox.aws.provider.connection import Connection
from sandbox.aws.provider.failures import unless_gone
from sandbox.aws.provider.kinds import FLAG
from sandbox.aws.provider.resource_type import Existing, Property, ResourceType
from sandbox.aws.provider.values import Properties


class OrganizationPolicyAttachment(ResourceType):
    """Identified by `TARGET:POLICY`. Nothing about it can change but by replacement."""

    type_name = "aws:organizations/policyAttachment:PolicyAttachment"
    label = "Organizations Policy Attachment"
    properties = (
        Property("policyId", required=True, replaces=True),
        Property("skipDestroy", FLAG),
        Property("targetId", required=True, replaces=True),
    )

    def create(self, aws: Connection, inputs: Properties) -> str:
        """Attach the policy."""
        aws.organizations.attach_policy(PolicyId=inputs["policyId"], TargetId=inputs["targetId"])
        return f"{inputs['targetId']}:{inputs['policyId']}"

    def read(self, aws: Connection, existing: Existing) -> Properties | None:
        """Return the attachment."""
        target, policy = existing.parts("TARGET:POLICY")
        pages = aws.organizations.get_paginator("list_targets_for_policy").paginate(PolicyId=policy)
        targets = {each["TargetId"] for page in pages for each in page["Targets"]}
        return {"policyId": policy, "targetId": target} if target in targets else None

    def delete(self, aws: Connection, existing: Existing) -> None:
        """Detach the policy."""
        target, policy = existing.parts("TARGET:POLICY")
        with unless_gone():
            aws.organizations.detach_policy(PolicyId=policy, TargetId=target)
