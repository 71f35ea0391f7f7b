"""The functions (invokes) of this provider, and the registry of them."""

import json
from collections.abc import Callable, Mapping

from sandbox.aws.provider.connection import Connection
from sandbox.aws.provider.failures import ProviderError
from sandbox.aws.provider.tags import mapped
from sandbox.aws.provider.values import Properties

Function = Callable[[Connection, Properties], Properties]


def get_caller_identity(aws: Connection, _: Properties) -> Properties:
    """Return whose credentials these are."""
    identity = aws.sts.get_caller_identity()
    return {
        "id": identity["Account"],
        "accountId": identity["Account"],
        "arn": identity["Arn"],
        "userId": identity["UserId"],
    }


def get_partition(aws: Connection, _: Properties) -> Properties:
    """Return the partition of the provider's region."""
    partition = aws.partition()
    suffix: str = partition["dnsSuffix"]
    return {
        "id": partition["partition"],
        "partition": partition["partition"],
        "dnsSuffix": suffix,
        "reverseDnsPrefix": ".".join(reversed(suffix.split("."))),
    }


def get_region(aws: Connection, arguments: Properties) -> Properties:
    """Return the provider's region, or the one that is asked about."""
    name = arguments.get("region") or arguments.get("name") or aws.region
    partition = aws.partition()
    if name not in partition["regions"]:
        raise ProviderError(f"no matching region found: {name!r}.")
    return {
        "id": name,
        "name": name,
        "region": name,
        "description": partition["regions"][name]["description"],
        "endpoint": f"ec2.{name}.{partition['dnsSuffix']}",
    }


def get_open_id_connect_provider(aws: Connection, arguments: Properties) -> Properties:
    """Return the provider with that ARN, or of that issuer."""
    arn = arguments.get("arn") or _arn_of_issuer(aws, arguments.get("url", ""))
    found = aws.iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    return {
        "id": arn,
        "arn": arn,
        "url": found["Url"],
        "clientIdLists": found["ClientIDList"],
        "thumbprintLists": found["ThumbprintList"],
        "tags": mapped(found.get("Tags", [])),
    }


def get_role(aws: Connection, arguments: Properties) -> Properties:
    """Return the role of that name."""
    role = aws.iam.get_role(RoleName=arguments.get("name", ""))["Role"]
    return {
        "id": role["RoleName"],
        "name": role["RoleName"],
        "arn": role["Arn"],
        "path": role["Path"],
        "uniqueId": role["RoleId"],
        "assumeRolePolicy": json.dumps(role["AssumeRolePolicyDocument"]),
        "createDate": role["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "description": role.get("Description", ""),
        "maxSessionDuration": role["MaxSessionDuration"],
        "permissionsBoundary": role.get("PermissionsBoundary", {}).get(
            "PermissionsBoundaryArn", ""
        ),
        "roleLastUseds": [],
        "tags": mapped(role.get("Tags", [])),
    }


def get_roles(aws: Connection, _arguments: Properties) -> Properties:
    """Return all roles of the account."""
    pages = aws.iam.get_paginator("list_roles").paginate()
    roles = [role for page in pages for role in page["Roles"]]
    return {
        "id": "roles",
        "arns": [role["Arn"] for role in roles],
        "names": [role["RoleName"] for role in roles],
    }


def get_policy(aws: Connection, arguments: Properties) -> Properties:
    """Return the managed policy of that ARN, with the document of its default version."""
    arn = arguments.get("arn", "")
    policy = aws.iam.get_policy(PolicyArn=arn)["Policy"]
    version = aws.iam.get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])
    return {
        "id": arn,
        "arn": arn,
        "name": policy["PolicyName"],
        "path": policy["Path"],
        "policyId": policy["PolicyId"],
        "attachmentCount": policy["AttachmentCount"],
        "description": policy.get("Description", ""),
        "policy": json.dumps(version["PolicyVersion"]["Document"]),
        "tags": mapped(policy.get("Tags", [])),
    }


def _arn_of_issuer(aws: Connection, url: str) -> str:
    if not url:
        raise ProviderError("one of arn and url must be given.")
    issuer = url.removeprefix("https://")
    for each in aws.iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]:
        if each["Arn"].partition(":oidc-provider/")[2] == issuer:
            return each["Arn"]
    raise ProviderError(f"no IAM OIDC Provider of {url!r}.")


FUNCTIONS: Mapping[str, tuple[Function, frozenset[str]]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": (get_caller_identity, frozenset({"id"})),
    "aws:index/getPartition:getPartition": (get_partition, frozenset({"id"})),
    "aws:index/getRegion:getRegion": (
        get_region,
        frozenset({"id", "name", "region", "endpoint"}),
    ),
    "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": (
        get_open_id_connect_provider,
        frozenset({"arn", "url", "tags"}),
    ),
    "aws:iam/getPolicy:getPolicy": (get_policy, frozenset({"arn", "tags"})),
    "aws:iam/getRole:getRole": (get_role, frozenset({"name", "tags"})),
    "aws:iam/getRoles:getRoles": (get_roles, frozenset()),
}
"""Each function by its token, with the arguments that it takes."""


def call(aws: Connection, token: str, arguments: Properties) -> Properties:
    """Carry out the function `token`, which must exist.

    Raises ProviderError for an argument that it does not take.
    """
    function, taken = FUNCTIONS[token]
    if strange := sorted(arguments.keys() - taken):
        raise ProviderError(f"{token} has no argument {strange[0]!r}.")
    return function(aws, arguments)
