"""What a permission comes to when it is written in stack config: a grant, or sentences."""

import json
from typing import Any

from pydantic import TypeAdapter, ValidationError

from keyless.estate.presets import Grant, GrantError, Permission, Place, as_document

PLACES = {
    "aws": Place("aws", "222222222222", "eu-west-1"),
    "aws-cn": Place("aws-cn", "222222222222", "cn-north-1"),
    "aws-us-gov": Place("aws-us-gov", "222222222222", "us-gov-west-1"),
}
_PERMISSION: TypeAdapter[Permission] = TypeAdapter(Permission)


def granted(raw: dict[str, Any], partition: str = "aws") -> Grant:
    return _PERMISSION.validate_python(raw).grant(PLACES[partition])


def statements(raw: dict[str, Any], partition: str = "aws") -> object:
    return as_document(granted(raw, partition).statements)["Statement"]


def placed(expected: object, partition: str) -> object:
    """Fill in `PARTITION`, `REGION` and `SUFFIX` in what is expected."""
    suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
    text = json.dumps(expected).replace("PARTITION", partition).replace("SUFFIX", suffix)
    return json.loads(text.replace("REGION", PLACES[partition].region))


def allow(
    actions: list[str], resources: list[str], condition: dict[str, Any] | None = None
) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": "Allow", "Action": actions, "Resource": resources}
    return statement | ({"Condition": condition} if condition else {})


OWNED = {"StringEquals": {"aws:ResourceAccount": ["222222222222"]}}
"""The condition of every statement on a bucket."""


def of_bucket(
    actions: list[str], resources: list[str], condition: dict[str, Any] | None = None
) -> dict[str, Any]:
    return allow(actions, resources, {**OWNED, **(condition or {})})


def refused(raw: dict[str, Any]) -> list[tuple[str, str]]:
    """Return where and why each part of a permission is refused."""
    try:
        _PERMISSION.validate_python(raw)
    except ValidationError as error:
        return [
            (".".join(str(part) for part in e["loc"][1:]), e["msg"].removeprefix("Value error, "))
            for e in error.errors()
        ]
    return []


def misplaced(raw: dict[str, Any], partition: str = "aws") -> tuple[str, ...]:
    """Return why a permission does not fit the place."""
    try:
        granted(raw, partition)
    except GrantError as error:
        return error.errors
    return ()
