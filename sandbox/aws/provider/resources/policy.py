"""A managed policy of the account."""

import json
from collections.abc import Set
from functools import partial

from sandbox.aws.provider.connection import Connection
from sandbox.aws.provider.constraints import json_fault
from sandbox.aws.provider.failures import unless_gone
from sandbox.aws.provider.kinds import DOCUMENT, NUMBER, normalised
from sandbox.aws.provider.resource_type import TAG_PROPERTIES, Existing, Property, ResourceType
from sandbox.aws.provider.resources.names import name_of, name_properties
from sandbox.aws.provider.tags import listed, mapped, retag
from sandbox.aws.provider.values import Properties

_MOST_VERSIONS = 5


class Policy(ResourceType):
    """Identified by its ARN. A new document is a new version, and the oldest makes way for it."""

    type_name = "aws:iam/policy:Policy"
    label = "IAM Policy"
    longest_name = 128
    properties = (
        Property("arn", output=True),
        Property("attachmentCount", NUMBER, output=True),
        Property("description", replaces=True),
        *name_properties(128),
        Property("path", replaces=True, default="/"),
        Property("policy", DOCUMENT, required=True, fault=json_fault),
        Property("policyId", output=True),
        *TAG_PROPERTIES,
    )

    def create(self, aws: Connection, inputs: Properties) -> str:
        """Create the policy with its first version."""
        created = aws.iam.create_policy(
            PolicyName=name_of(inputs),
            Path=inputs["path"],
            PolicyDocument=normalised(inputs["policy"]),
            Description=inputs.get("description", ""),
            Tags=listed(aws.all_tags(inputs.get("tags"))),
        )
        return created["Policy"]["Arn"]

    def read(self, aws: Connection, existing: Existing) -> Properties | None:
        """Return the policy with its default version."""
        policy = aws.iam.get_policy(PolicyArn=existing.identifier)["Policy"]
        version = aws.iam.get_policy_version(
            PolicyArn=existing.identifier, VersionId=policy["DefaultVersionId"]
        )["PolicyVersion"]
        tags = mapped(policy.get("Tags", []))
        return {
            "arn": policy["Arn"],
            "attachmentCount": policy["AttachmentCount"],
            "description": policy.get("Description", ""),
            "name": policy["PolicyName"],
            "path": policy["Path"],
            "policy": normalised(json.dumps(version["Document"])),
            "policyId": policy["PolicyId"],
            "tags": aws.own_tags(tags, existing.known.get("tags")),
            "tagsAll": tags,
        }

    def update(
        self,
        aws: Connection,
        existing: Existing,
        news: Properties,
        changed: Set[str],
    ) -> None:
        """Make the new document the default version; change tags."""
        if "policy" in changed:
            older = self._older_versions(aws, existing.identifier)
            if len(older) + 1 >= _MOST_VERSIONS:
                aws.iam.delete_policy_version(PolicyArn=existing.identifier, VersionId=older[0])
            aws.iam.create_policy_version(
                PolicyArn=existing.identifier,
                PolicyDocument=normalised(news["policy"]),
                SetAsDefault=True,
            )
        if "tagsAll" in changed:
            retag(
                existing.known.get("tagsAll", {}),
                aws.all_tags(news.get("tags")),
                partial(aws.iam.untag_policy, PolicyArn=existing.identifier),
                partial(aws.iam.tag_policy, PolicyArn=existing.identifier),
            )

    def delete(self, aws: Connection, existing: Existing) -> None:
        """Delete the older versions, then the policy with its default version."""
        with unless_gone():
            for version in self._older_versions(aws, existing.identifier):
                aws.iam.delete_policy_version(PolicyArn=existing.identifier, VersionId=version)
            aws.iam.delete_policy(PolicyArn=existing.identifier)

    def _older_versions(self, aws: Connection, arn: str) -> list[str]:
        """Return the versions that are not the default, oldest first."""
        versions = aws.iam.list_policy_versions(PolicyArn=arn)["Versions"]
        others = [each for each in versions if not each["IsDefaultVersion"]]
        return [each["VersionId"] for each in sorted(others, key=lambda each: each["CreateDate"])]
