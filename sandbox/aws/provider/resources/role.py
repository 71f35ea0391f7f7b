"""A role: who may assume it, for how long, within which boundary."""

import json
from collections.abc import Set
from functools import partial
from typing import Any

from sandbox.aws.provider.connection import Connection
from sandbox.aws.provider.constraints import arn_fault, json_fault, length_fault, session_fault
from sandbox.aws.provider.failures import unless_gone
from sandbox.aws.provider.kinds import (
    DOCUMENT,
    FLAG,
    INLINE_POLICIES,
    NUMBER,
    TEXT_SET,
    normalised,
)
from sandbox.aws.provider.resource_type import TAG_PROPERTIES, Existing, Property, ResourceType
from sandbox.aws.provider.resources.names import name_of, name_properties
from sandbox.aws.provider.tags import listed, mapped, retag
from sandbox.aws.provider.values import Properties


class Role(ResourceType):
    """Identified by its name.

    Each read fills `managedPolicyArns` and `inlinePolicies`, and a deletion takes them off first,
    as upstream's does (pulumi-aws 7.51.1).
    """

    type_name = "aws:iam/role:Role"
    label = "IAM Role"
    longest_name = 64
    properties = (
        Property("arn", output=True),
        Property("assumeRolePolicy", DOCUMENT, required=True, fault=json_fault),
        Property("createDate", output=True),
        Property("description", fault=length_fault(1000)),
        Property("forceDetachPolicies", FLAG, default=False),
        Property("inlinePolicies", INLINE_POLICIES, computed=True, late=True),
        Property("managedPolicyArns", TEXT_SET, computed=True, late=True),
        Property("maxSessionDuration", NUMBER, default=3600, fault=session_fault),
        *name_properties(64),
        Property("path", replaces=True, default="/", fault=length_fault(512)),
        Property("permissionsBoundary", fault=arn_fault),
        Property("uniqueId", output=True),
        *TAG_PROPERTIES,
    )

    def create(self, aws: Connection, inputs: Properties) -> str:
        """Create the role without any policy."""
        optional: dict[str, Any] = {}
        if inputs.get("description"):
            optional["Description"] = inputs["description"]
        if inputs.get("permissionsBoundary"):
            optional["PermissionsBoundary"] = inputs["permissionsBoundary"]
        created = aws.iam.create_role(
            RoleName=name_of(inputs),
            Path=inputs["path"],
            AssumeRolePolicyDocument=normalised(inputs["assumeRolePolicy"]),
            MaxSessionDuration=inputs["maxSessionDuration"],
            Tags=listed(aws.all_tags(inputs.get("tags"))),
            **optional,
        )
        return created["Role"]["RoleName"]

    def complete(self, aws: Connection, identifier: str, inputs: Properties) -> None:
        """Give the role the policies that it carries by itself."""
        self._change_inline(aws, identifier, [], inputs.get("inlinePolicies", []))
        self._change_managed(aws, identifier, [], inputs.get("managedPolicyArns", []))

    def read(self, aws: Connection, existing: Existing) -> Properties | None:
        """Return the role."""
        role = aws.iam.get_role(RoleName=existing.identifier)["Role"]
        tags = mapped(role.get("Tags", []))
        found: dict[str, Any] = {
            "arn": role["Arn"],
            "assumeRolePolicy": normalised(json.dumps(role["AssumeRolePolicyDocument"])),
            "createDate": role["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "description": role.get("Description", ""),
            "maxSessionDuration": role["MaxSessionDuration"],
            "name": role["RoleName"],
            "path": role["Path"],
            "permissionsBoundary": role.get("PermissionsBoundary", {}).get(
                "PermissionsBoundaryArn", ""
            ),
            "uniqueId": role["RoleId"],
            "tags": aws.own_tags(tags, existing.known.get("tags")),
            "tagsAll": tags,
        }
        found["inlinePolicies"] = self._inline(aws, existing.identifier)
        found["managedPolicyArns"] = self._managed(aws, existing.identifier)
        return found

    def update(
        self,
        aws: Connection,
        existing: Existing,
        news: Properties,
        changed: Set[str],
    ) -> None:
        """Change one thing after the other: trust first, then limits, policies and tags."""
        if "assumeRolePolicy" in changed:
            aws.iam.update_assume_role_policy(
                RoleName=existing.identifier, PolicyDocument=normalised(news["assumeRolePolicy"])
            )
        if "description" in changed:
            aws.iam.update_role_description(
                RoleName=existing.identifier, Description=news.get("description", "")
            )
        if "maxSessionDuration" in changed:
            aws.iam.update_role(
                RoleName=existing.identifier, MaxSessionDuration=news["maxSessionDuration"]
            )
        if "permissionsBoundary" in changed:
            self._change_boundary(aws, existing.identifier, news.get("permissionsBoundary"))
        if "inlinePolicies" in changed:
            self._change_inline(
                aws,
                existing.identifier,
                existing.known.get("inlinePolicies", []),
                news["inlinePolicies"],
            )
        if "managedPolicyArns" in changed:
            self._change_managed(
                aws,
                existing.identifier,
                existing.known.get("managedPolicyArns", []),
                news["managedPolicyArns"],
            )
        if "tagsAll" in changed:
            retag(
                existing.known.get("tagsAll", {}),
                aws.all_tags(news.get("tags")),
                partial(aws.iam.untag_role, RoleName=existing.identifier),
                partial(aws.iam.tag_role, RoleName=existing.identifier),
            )

    def delete(self, aws: Connection, existing: Existing) -> None:
        """Delete the inline policies and attachments that the state lists, then the role."""
        everything = existing.known.get("forceDetachPolicies", False)
        with unless_gone():
            if everything or existing.known.get("inlinePolicies"):
                for policy in self._inline(aws, existing.identifier):
                    aws.iam.delete_role_policy(
                        RoleName=existing.identifier, PolicyName=policy["name"]
                    )
            if everything or existing.known.get("managedPolicyArns"):
                self._change_managed(
                    aws, existing.identifier, self._managed(aws, existing.identifier), []
                )
            aws.iam.delete_role(RoleName=existing.identifier)

    def _change_boundary(self, aws: Connection, role: str, boundary: str | None) -> None:
        if boundary:
            aws.iam.put_role_permissions_boundary(RoleName=role, PermissionsBoundary=boundary)
        else:
            aws.iam.delete_role_permissions_boundary(RoleName=role)

    def _change_inline(
        self,
        aws: Connection,
        role: str,
        olds: list[dict[str, str]],
        news: list[dict[str, str]],
    ) -> None:
        for name in sorted({each["name"] for each in olds} - {each["name"] for each in news}):
            with unless_gone():
                aws.iam.delete_role_policy(RoleName=role, PolicyName=name)
        for policy in news:
            aws.iam.put_role_policy(
                RoleName=role,
                PolicyName=policy["name"],
                PolicyDocument=normalised(policy["policy"]),
            )

    def _change_managed(self, aws: Connection, role: str, olds: list[str], news: list[str]) -> None:
        for arn in sorted(set(olds) - set(news)):
            with unless_gone():
                aws.iam.detach_role_policy(RoleName=role, PolicyArn=arn)
        for arn in sorted(set(news) - set(olds)):
            aws.iam.attach_role_policy(RoleName=role, PolicyArn=arn)

    def _inline(self, aws: Connection, role: str) -> list[dict[str, str]]:
        pages = aws.iam.get_paginator("list_role_policies").paginate(RoleName=role)
        return [
            {
                "name": name,
                "policy": normalised(
                    json.dumps(
                        aws.iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
                    )
                ),
            }
            for page in pages
            for name in page["PolicyNames"]
        ]

    def _managed(self, aws: Connection, role: str) -> list[str]:
        pages = aws.iam.get_paginator("list_attached_role_policies").paginate(RoleName=role)
        return [policy["PolicyArn"] for page in pages for policy in page["AttachedPolicies"]]
