"""Check the inputs of a resource and fill in its defaults."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.aws.provider.resource_type import Property, ResourceType
from sandbox.aws.provider.values import Properties, has_unknown

DEFAULTS = "__defaults"
"""The input under which the names of the defaulted inputs are kept, as bridged providers do."""

_SUFFIX = 7


@dataclass(frozen=True)
class Failure:
    """Hold what is wrong with one input."""

    property: str
    reason: str


def checked(
    kind: ResourceType, name: str, olds: Properties, news: Properties
) -> tuple[dict[str, Any], list[Failure]]:
    """Return the inputs `news` with defaults, and everything that is wrong with them.

    `name` is the resource's logical name and `olds` are its inputs of the last update, if any: a
    name that was made up then is kept.
    """
    inputs = {each: value for each, value in news.items() if each != DEFAULTS}
    failures = list(_failures(kind, inputs))
    defaults = {p.name: p.default for p in kind.inputs if p.default is not None}
    if kind.longest_name and "namePrefix" not in inputs:
        defaults["name"] = _made_up(name, olds)
    missing = {each: value for each, value in defaults.items() if each not in inputs}
    return inputs | missing | {DEFAULTS: sorted(missing)}, failures


def _made_up(name: str, olds: Properties) -> Any:
    if "name" in olds.get(DEFAULTS, []):
        return olds["name"]
    return f"{name}-{secrets.token_hex(_SUFFIX)[:_SUFFIX]}"


def _failures(kind: ResourceType, inputs: Properties) -> Iterator[Failure]:
    known = {each.name: each for each in kind.inputs}
    for name, value in inputs.items():
        if name not in known:
            yield Failure(name, f"{kind.type_name} has no input of this name.")
        elif reason := _fault(known[name], value):
            yield Failure(name, reason)
    for each in kind.inputs:
        if each.required and each.name not in inputs:
            yield Failure(each.name, f"missing, and {kind.type_name} needs it.")
    if "name" in inputs and "namePrefix" in inputs:
        yield Failure("namePrefix", "conflicts with name. Give one of the two.")


def _fault(declared: Property, value: Any) -> str | None:
    if has_unknown(value):
        return None
    if not declared.kind.fits(value):
        return f"{value!r} is not {declared.kind.label}."
    found = declared.fault(value) if declared.fault else None
    return f"{found}." if found else None
