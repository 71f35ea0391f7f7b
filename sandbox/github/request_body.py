"""Read a request's JSON body against the properties that an endpoint takes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from flask import request

from sandbox.github.refusals import Refusal, invalid_request

Kind = Literal["string", "integer", "boolean", "array", "object"]

_TYPES: dict[Kind, type] = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "array": list,
    "object": dict,
}


@dataclass(frozen=True)
class Property:
    """Describe one property of a body; `most` bounds a number or the items of an array."""

    kind: Kind
    required: bool = False
    nullable: bool = False
    values: tuple[str, ...] = ()
    most: int | None = None


def read_body(properties: Mapping[str, Property]) -> dict[str, Any]:
    """Return the JSON object in the request's body; an empty body is an empty object.

    Raises Refusal: 400 when it is no JSON object, 422 when a property does not fit.
    """
    body = _read_object()
    complaints = [f'"{name}" is not a permitted key.' for name in body if name not in properties]
    for name, expected in properties.items():
        if name in body:
            complaints.extend(_complaints(name, body[name], expected))
        elif expected.required:
            complaints.append(f'"{name}" wasn\'t supplied.')
    if complaints:
        raise invalid_request(*complaints)
    return body


def _read_object() -> dict[str, Any]:
    raw = request.get_data()
    try:
        body = json.loads(raw) if raw else {}
    except ValueError:
        raise Refusal(400, "Problems parsing JSON") from None
    if not isinstance(body, dict):
        raise Refusal(400, "Body should be a JSON object")
    return body


def _complaints(name: str, value: object, expected: Property) -> list[str]:
    shown = json.dumps(value)
    if value is None and expected.nullable:
        return []
    if not _fits(value, expected.kind):
        article = "an" if expected.kind[0] in "aio" else "a"
        return [f"For 'properties/{name}', {shown} is not {article} {expected.kind}."]
    if expected.values and value not in expected.values:
        return [f"{shown} is not a member of {json.dumps(expected.values)}."]
    if expected.most is not None:
        return _excess(value, expected.most)
    return []


def _fits(value: object, kind: Kind) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES[kind])


def _excess(value: object, most: int) -> list[str]:
    if isinstance(value, list):
        many = f"No more than {most} items are allowed; {len(value)} were supplied."
        return [many] if len(value) > most else []
    if isinstance(value, int) and value < 0:
        return [f"{value} must be greater than or equal to 0."]
    if isinstance(value, int) and value > most:
        return [f"{value} must be less than or equal to {most}."]
    return []
