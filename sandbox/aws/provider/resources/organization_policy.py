"""A policy of an organisation, such as a resource control policy."""

from collections.abc import Set
from functools import partial

from sandbox.aws.provider.connection import Connection
from sandbox.aws.provider.constraints import json_fault
from sandbox.aws.provider.failures import unless_gone
from sandbox.aws.provider.kinds import DOCUMENT, FLAG, normalised
from sandbox.aws.provider.resource_type import TAG_PROPERTIES, Existing, Property, ResourceType
from sandbox.aws.provider.tags import listed, mapped, retag
from sandbox.aws.provider.values import Properties


class OrganizationPolicy(ResourceType):
    """Identified by the id that AWS gives it."""

    type_name = "aws:organizations/policy:Policy"
    label = "Organizations Policy"
    longest_name = 128
    properties = (
        Property("arn", output=True),
        Property("content", DOCUMENT, required=True, fault=json_fault),
        Property("description"),
        Property("name", computed=True),
        Property("skipDestroy", FLAG),
        Property("type", replaces=True, default="SERVICE_CONTROL_POLICY"),
        *TAG_PROPERTIES,
    )

    def create(self, aws: Connection, inputs: Properties) -> str:
        """Create the policy."""
        created = aws.organizations.create_policy(
            Name=inputs["name"],
            Type=inputs["type"],
            Content=normalised(inputs["content"]),
            Description=inputs.get("description", ""),
            Tags=listed(aws.all_tags(inputs.get("tags"))),
        )
        return str(created["Policy"]["PolicySummary"]["Id"])

    def read(self, aws: Connection, existing: Existing) -> Properties | None:
        """Return the policy."""
        found = aws.organizations.describe_policy(PolicyId=existing.identifier)["Policy"]
        summary = found["PolicySummary"]
        listing = aws.organizations.list_tags_for_resource(ResourceId=existing.identifier)
        tags = mapped(listing["Tags"])
        return {
            "arn": summary["Arn"],
            "content": normalised(found["Content"]),
            "description": summary["Description"],
            "name": summary["Name"],
            "type": summary["Type"],
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
        """Change name, description and document in one call; change tags."""
        if changed & {"name", "description", "content"}:
            aws.organizations.update_policy(
                PolicyId=existing.identifier,
                Name=news["name"],
                Description=news.get("description", ""),
                Content=normalised(news["content"]),
            )
        if "tagsAll" in changed:
            retag(
                existing.known.get("tagsAll", {}),
                aws.all_tags(news.get("tags")),
                partial(aws.organizations.untag_resource, ResourceId=existing.identifier),
                partial(aws.organizations.tag_resource, ResourceId=existing.identifier),
            )

    def delete(self, aws: Connection, existing: Existing) -> None:
        """Delete the policy."""
        with unless_gone():
            aws.organizations.delete_policy(PolicyId=existing.identifier)
