"""The attachment of a managed policy to a role."""

from sandbox.aws.provider.connection import Connection
from sandbox.aws.provider.constraints import arn_fault
from sandbox.aws.provider.failures import unless_gone
from sandbox.aws.provider.resource_type import Existing, Property, ResourceType
from sandbox.aws.provider.values import Properties


class RolePolicyAttachment(ResourceType):
    """Identified by `ROLE/POLICY_ARN`. Nothing about it can change but by replacement."""

    type_name = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    label = "IAM Role Policy Attachment"
    properties = (
        Property("policyArn", required=True, replaces=True, fault=arn_fault),
        Property("role", required=True, replaces=True),
    )

    def create(self, aws: Connection, inputs: Properties) -> str:
        """Attach the policy."""
        aws.iam.attach_role_policy(RoleName=inputs["role"], PolicyArn=inputs["policyArn"])
        return f"{inputs['role']}/{inputs['policyArn']}"

    def read(self, aws: Connection, existing: Existing) -> Properties | None:
        """Return the attachment."""
        role, arn = existing.parts("ROLE/POLICY_ARN")
        pages = aws.iam.get_paginator("list_attached_role_policies").paginate(RoleName=role)
        attached = {each["PolicyArn"] for page in pages for each in page["AttachedPolicies"]}
        return {"role": role, "policyArn": arn} if arn in attached else None

    def delete(self, aws: Connection, existing: Existing) -> None:
        """Detach the policy."""
        role, arn = existing.parts("ROLE/POLICY_ARN")
        with unless_gone():
            aws.iam.detach_role_policy(RoleName=role, PolicyArn=arn)
