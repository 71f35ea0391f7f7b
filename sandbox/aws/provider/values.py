"""Turn property values from and into the structures that the engine sends.

The engine learns that this provider takes neither secrets nor resource references, so it sends
plain values and keeps the secrets marked by itself.
"""

from collections.abc import Mapping
from typing import Any

from google.protobuf.struct_pb2 import Struct, Value

Properties = Mapping[str, Any]

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""Stands for a value that a preview cannot know (`UnknownStringValue` of the Pulumi SDKs)."""


def decoded(struct: Struct) -> dict[str, Any]:
    """Return the properties in `struct` without nulls; whole numbers become integers."""
    values = ((name, _decoded(value)) for name, value in struct.fields.items())
    return {name: value for name, value in values if value is not None}


def encoded(properties: Properties) -> Struct:
    """Return `properties` as a structure."""
    struct = Struct()
    struct.update(dict(properties))
    return struct


def has_unknown(value: Any) -> bool:
    """Tell whether any part of `value` is unknown."""
    match value:
        case dict():
            return any(has_unknown(each) for each in value.values())
        case list():
            return any(has_unknown(each) for each in value)
        case _:
            return bool(value == UNKNOWN)


def _decoded(value: Value) -> Any:
    match value.WhichOneof("kind"):
        case "struct_value":
            return decoded(value.struct_value)
        case "list_value":
            return [_decoded(each) for each in value.list_value.values]
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "string_value":
            return value.string_value
        case "bool_value":
            return value.bool_value
        case _:
            return None
