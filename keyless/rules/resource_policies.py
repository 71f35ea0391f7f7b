"""What the policy of a resource grants to a role that it names: a grant from the other side.

A principal that is everybody, or an account, names no role: the one is no matter of GitHub alone,
the other takes a grant of the role's own. Pure.
"""

import re
from collections.abc import Iterator, Mapping

from keyless.rules.arns import ROLE_ARNS, names_role
from keyless.rules.iam_types import folded
from keyless.rules.policy_json import members, plain
from keyless.rules.resources import Resource

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

GRANTING = re.compile(
    r"(?!aws(-native)?:iam:|aws(-native)?:ssm:parameter|aws:s3:bucketobject|aws:cloudwatch:(?:event"
    r"rule|logmetricfilter|dashboard)|aws-native:events:rule"
    r"|aws(?:-native)?:organizations:policy(?:attachment)?$)(?:aws|awscc|eks|kubernetes)[^:]*:.*"
)
"""Folded types of packages that may grant something to a role, save those that only mention it, and
policies of an organisation, which take away and give nothing."""

LABELS = frozenset({"arn", "description", "id", "tags", "tagsAll", "urn"})
"""Properties that say what a resource is, and give nobody anything."""

UNREAD = "is no policy that can be judged. What it gives the role may be more than it has."


def may_grant(kind: str) -> bool:
    """Say whether a resource of a folded type may grant something to a role."""
    return GRANTING.fullmatch(kind) is not None


def named_in(
    properties: Mapping[str, object],
) -> tuple[list[tuple[str, Mapping[str, object]]], list[tuple[str, str]]]:
    """Return the policy documents in a resource, and ARNs of roles outside of them, with paths."""
    documents: list[tuple[str, Mapping[str, object]]] = []
    mentions: list[tuple[str, str]] = []
    waiting = [(key, value) for key, value in properties.items() if key not in LABELS]
    while waiting:
        path, value = waiting.pop()
        read = plain(value) if isinstance(value, str) and value.lstrip()[:1] in "{[" else value
        if isinstance(read, Mapping) and any(key.lower() == "statement" for key in read):
            documents.append((path, read))
        elif isinstance(read, Mapping):
            waiting += [(f"{path}.{key}", inner) for key, inner in read.items()]
            waiting += [(path, str(key)) for key in read]
        elif isinstance(read, list):
            waiting += [(f"{path}.{index}", inner) for index, inner in enumerate(read)]
        elif isinstance(value, str):
            mentions += [(path, arn) for arn in ROLE_ARNS.findall(value)]
    return documents[::-1], mentions[::-1]


def granted_to(role: str, document: Mapping[str, object], its_own: str) -> dict[str, object] | None:
    """Return an identity policy of what a document grants to a role by name; None: nothing.

    The role goes by its path and name. `its_own` is the ARN of what the document belongs to.
    """
    statements = [
        _granted(statement, its_own) if _names(statement, role) else DENY
        for statement in members(document, "Statement")
    ]
    return {"Statement": statements} if any(each is not DENY for each in statements) else None


def itself(resource: Resource) -> str:
    """Return the ARN that a policy which names all resources is about: that of its bucket."""
    if not OF_S3.fullmatch(folded(resource.type)):
        return ITSELF
    names = map(resource.properties.value, BUCKET_NAMES)
    name = next((each for each in names if isinstance(each, str)), "")
    return f"arn:aws:s3:::{name.rpartition(':')[2]}" if name else ANY_BUCKET


def _granted(statement: object, its_own: str) -> object:
    if not isinstance(statement, Mapping):
        return statement
    kept = {
        key: value
        for key, value in statement.items()
        if key.lower() not in ("principal", "notprincipal")
    }
    resources = members(statement, "Resource")
    if members(statement, "NotResource") or (resources and "*" not in resources):
        return kept
    return {key: value for key, value in kept.items() if key.lower() != "resource"} | {
        "Resource": its_own
    }


def _names(statement: object, role: str) -> bool:
    if not isinstance(statement, Mapping) or members(statement, "Effect") == ["Deny"]:
        return False
    if any(each != "*" and names_role(each, role) for each in _principals(statement)):
        return True
    excluded = list(_texts(members(statement, "NotPrincipal")))
    return bool(excluded) and not any(names_role(each, role) for each in excluded)


def _principals(statement: Mapping[str, object]) -> Iterator[str]:
    yield from _texts(members(statement, "Principal"))
    for block in members(statement, "Condition"):
        for operator, keys in block.items() if isinstance(block, Mapping) else ():
            for key, value in keys.items() if isinstance(keys, Mapping) else ():
                if "not" not in operator.lower() and key.lower() == PRINCIPAL_KEY:
                    yield from _texts(value)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
