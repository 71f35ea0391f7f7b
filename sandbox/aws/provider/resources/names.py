"""Declare and complete the names of IAM resources."""

from datetime import UTC, datetime
from secrets import token_hex

from sandbox.aws.provider.constraints import name_fault
from sandbox.aws.provider.resource_type import Property
from sandbox.aws.provider.values import Properties

_UNIQUE = 26


def name_properties(longest: int) -> tuple[Property, Property]:
    """Return a name of at most `longest` characters, and the prefix that can stand for it."""
    return (
        Property("name", computed=True, replaces=True, fault=name_fault(longest)),
        Property("namePrefix", computed=True, replaces=True, fault=name_fault(longest - _UNIQUE)),
    )


def name_of(inputs: Properties) -> str:
    """Return the name in `inputs`, or one made from the prefix there."""
    if "name" in inputs:
        return str(inputs["name"])
    moment = datetime.now(UTC).strftime("%Y%m%d%H%M%S%f")[:18]
    return f"{inputs['namePrefix']}{moment}{token_hex(4)}"
