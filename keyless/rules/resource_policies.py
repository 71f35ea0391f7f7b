"""What the policy of a resource grants to a role that it names: a grant from the other side.

A principal that is everybody, or an account, names no role: the one is no matter of GitHub alone,
the other takes a grant of the role's own. Everybody with a tag that a role has does name it, and so
does everybody with its id, or with a session of GitHub's ("AWS global condition context keys", AWS
IAM User Guide). Where a bucket is kept for the state, everybody is one too many. Pure.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from keyless.facts import GITHUB_COM
from keyless.rules.arns import ROLE_ARNS, names_id, names_provider, names_role
from keyless.rules.iam_types import folded
from keyless.rules.issuers import looks_like_github
from keyless.rules.policy_json import members, plain
from keyless.rules.resources import Resource
from keyless.wildcards import matches, without_variables

ITSELF = "arn:aws:this:::resource/itself"
"""Stands for the resource that a policy belongs to, where a statement names none or all."""

ANY_BUCKET = "arn:aws:s3:this:this:accesspoint/itself"
"""Stands for a bucket, or an access point of one, whose name the resource does not tell."""

OF_S3 = re.compile(r"aws(-native)?:s3(control)?:.*")
BUCKET_NAMES = ("bucket", "bucketName")
"""Properties with the name of the bucket that a resource of S3 belongs to, or is."""

DENY = {"Effect": "Deny"}
"""Stands for a statement that grants a role nothing, so that the others keep their numbers."""

PRINCIPAL_KEY = "aws:principalarn"
TAG_KEY = "aws:principaltag/"
ID_KEY = "aws:userid"
PROVIDER_KEY = "aws:federatedprovider"

GRANTING = re.compile(
    r"(?!aws(-native)?:iam:|aws(-native)?:ssm:parameter|aws:s3:bucketobject|aws:cloudwatch:(?:event"
    r"rule|logmetricfilter|dashboard)|aws-native:events:rule"
    r"|aws(?:-native)?:organizations:policy(?:attachment)?$"
    r"|aws(?:-native)?:ec2:vpcendpoint(?:policy)?$)(?:aws|awscc|eks|kubernetes)[^:]*:.*"
)
"""Folded types of packages that may grant something to a role, except those that only mention it,
and policies of an organisation or an endpoint, which take away and give nothing."""

LAMBDA_PERMISSION = re.compile(r"aws(?:-native)?:lambda:permission")
"""A statement of a function's policy, whose parts are properties."""

LABELS = frozenset({"arn", "description", "id", "tags", "tagsAll", "urn"})
"""Properties that say what a resource is, and give nobody anything."""

USED_AS_ROLE = re.compile(r"(?:\w*[a-z0-9])?[rR]oles?(?:Arns?|Names?)?")
"""Properties of AWS's with the role that a service acts with: the role's trust lets the service in,
and the resource gives the role nothing."""

INFORMING = frozenset(
    {
        *("advancedEventSelectors", "buildspec", "containerDefinitions", "content", "environment"),
        *("eventSelectors", "filters", "secretString", "userData", "userDataBase64"),
    }
)
"""Properties of AWS's that tell a program, a search or a reader something, and give nothing."""

OF_AWS = re.compile(r"aws[^:]*:.*")
CONFIG_MAP = re.compile(r"kubernetes:core:configmap(?:patch)?")
CLUSTER_MAP = "aws-auth"
"""The one map that a cluster of EKS takes roles from."""

UNREAD = "is no policy that can be judged. What it gives the role may be more than it has."


def may_grant(kind: str) -> bool:
    """Say whether a resource of a folded type may grant something to a role."""
    return GRANTING.fullmatch(kind) is not None


def named_in(
    kind: str, properties: Mapping[str, object]
) -> tuple[list[tuple[str, Mapping[str, object]]], list[tuple[str, str]]]:
    """Return the policy documents in a resource, and ARNs of roles outside of them, with paths."""
    documents: list[tuple[str, Mapping[str, object]]] = []
    mentions: list[tuple[str, str]] = []
    waiting = [(key, value) for key, value in properties.items() if key not in LABELS]
    if LAMBDA_PERMISSION.fullmatch(folded(kind)) and isinstance(properties.get("action"), str):
        waiting = [(key, value) for key, value in waiting if key != "principal"]
        documents.append(("permission", _permission(properties)))
    while waiting:
        path, value = waiting.pop()
        read = plain(value)
        if isinstance(read, Mapping) and any(key.lower() == "statement" for key in read):
            documents.append((path, read))
        elif isinstance(read, Mapping):
            waiting += [(f"{path}.{key}", inner) for key, inner in read.items()]
            waiting += [(path, str(key)) for key in read]
        elif isinstance(read, list):
            waiting += [(f"{path}.{index}", inner) for index, inner in enumerate(read)]
        elif isinstance(value, str):
            mentions += [(path, arn) for arn in ROLE_ARNS.findall(value)]
    return documents[::-1], [each for each in mentions[::-1] if gives(kind, properties, each[0])]


def gives(kind: str, properties: Mapping[str, object], path: str) -> bool:
    """Say whether a role that is named at a path of a resource may be given something there."""
    if CONFIG_MAP.fullmatch(folded(kind)):
        metadata = properties.get("metadata")
        name = metadata.get("name") if isinstance(metadata, Mapping) else None
        return not isinstance(name, str) or name == CLUSTER_MAP
    names = [part for part in path.split(".") if not part.isdigit()]
    is_of_aws = OF_AWS.fullmatch(folded(kind)) is not None
    return not (
        is_of_aws and (USED_AS_ROLE.fullmatch(names[-1]) or not INFORMING.isdisjoint(names))
    )


@dataclass(frozen=True, slots=True)
class Named:
    """A role as the policies of other resources can name it.

    `role` is its path and name; its tags are None where they are not known, and its id is empty.
    `as_everybody` says whether a policy for everybody names it, too.
    """

    role: str
    tags: Mapping[str, str] | None = None
    as_everybody: bool = False
    id: str = ""


def granted_to(
    named: Named, document: Mapping[str, object], its_own: str
) -> dict[str, object] | None:
    """Return an identity policy of what a document grants to a role; None: nothing.

    `its_own` is the ARN of what the document belongs to.
    """
    statements = [
        _granted(each, its_own) if isinstance(each, Mapping) and _names(each, named) else DENY
        for each in members(document, "statement")
    ]
    return {"Statement": statements} if any(each is not DENY for each in statements) else None


def _permission(properties: Mapping[str, object]) -> Mapping[str, object]:
    principal = {"AWS": properties.get("principal")}
    action = properties["action"]
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*"}
    return {"Statement": statement}


def itself(resource: Resource) -> str:
    """Return the ARN that a policy which names all resources is about: that of its bucket."""
    if not OF_S3.fullmatch(folded(resource.type)):
        return ITSELF
    names = map(resource.properties.value, BUCKET_NAMES)
    name = next((each for each in names if isinstance(each, str)), None)
    return f"arn:aws:s3:::{name.rpartition(':')[2]}" if name else ANY_BUCKET


def _granted(statement: Mapping[str, object], its_own: str) -> Mapping[str, object]:
    kept = {
        key: value
        for key, value in statement.items()
        if key.lower() not in ("principal", "notprincipal")
    }
    resources = members(statement, "resource")
    if members(statement, "notresource") or (resources and "*" not in resources):
        return kept
    return {key: value for key, value in kept.items() if key.lower() != "resource"} | {
        "Resource": its_own
    }


def _names(statement: Mapping[str, object], named: Named) -> bool:
    if members(statement, "effect") == ["Deny"]:
        return False
    principals = list(_texts(members(statement, "principal")))
    by_arn = [
        text for key, values in _demands(statement) if key == PRINCIPAL_KEY for text in values
    ]
    written = [each for each in principals if each != "*"]
    if any(names_id(each, named.id) or _is_of_github(each) for each in written):
        return True
    if any(names_role(each, named.role) for each in (*written, *by_arn) if each != "*"):
        return True
    excluded = list(_texts(members(statement, "notprincipal")))
    if excluded:
        return not any(names_role(each, named.role) for each in excluded)
    return "*" in principals and not by_arn and _is_among_everybody(statement, named)


def _is_among_everybody(statement: Mapping[str, object], named: Named) -> bool:
    if any(_identifies(key, values, named) for key, values in _demands(statement)):
        return True
    tags = [(key, values) for key, values in _demands(statement) if key.startswith(TAG_KEY)]
    if not tags:
        return named.as_everybody
    return all(_has(named.tags, key.removeprefix(TAG_KEY), values) for key, values in tags)


def _identifies(key: str, values: Collection[str], named: Named) -> bool:
    """Say whether a condition names a role, or the sessions of GitHub's, without an ARN of it."""
    if key == ID_KEY:
        return any(names_id(each, named.id) for each in values)
    if key == PROVIDER_KEY:
        return any(map(_is_of_github, values))
    return looks_like_github(key.rpartition(":")[0])


def _is_of_github(provider: str) -> bool:
    issuer = provider.partition(":oidc-provider/")[2]
    return looks_like_github(issuer) or names_provider(provider, GITHUB_COM)


def _has(tags: Mapping[str, str] | None, key: str, values: Collection[str]) -> bool:
    """Say whether a role may have a tag with one of some values; letter case does not count."""
    if tags is None:
        return True
    own = [value.casefold() for name, value in tags.items() if name.casefold() == key]
    patterns = [without_variables(value.casefold()) for value in values]
    return any(matches(pattern, value) for pattern in patterns for value in own)


def _demands(statement: Mapping[str, object]) -> Iterator[tuple[str, list[str]]]:
    """Yield each key that a positive condition compares, in lower case, with its values."""
    for block in members(statement, "condition"):
        for operator, keys in block.items() if isinstance(block, Mapping) else ():
            compares = not any(each in operator.lower() for each in ("not", "null"))
            for key, value in keys.items() if compares and isinstance(keys, Mapping) else ():
                yield key.lower(), list(_texts(value))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
