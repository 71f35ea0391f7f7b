"""Tell what separates the inputs of a resource from its state, and what must replace it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.aws.provider.check import DEFAULTS
from sandbox.aws.provider.connection import Connection
from sandbox.aws.provider.resource_type import Property, ResourceType
from sandbox.aws.provider.values import UNKNOWN, Properties, has_unknown


@dataclass(frozen=True)
class Change:
    """Hold the change of one property."""

    name: str
    old: Any
    new: Any
    replaces: bool


def changes(
    kind: ResourceType, aws: Connection, state: Properties, inputs: Properties
) -> Mapping[str, Change]:
    """Return the changes that bring `state` to `inputs`, by property.

    A property that the program does not set is left as AWS has it where AWS fills it in, and is
    taken away otherwise: so what somebody added by hand shows.
    """
    found = [*_input_changes(kind, state, inputs), *_tag_changes(kind, aws, state, inputs)]
    return {each.name: each for each in found}


def collides(state: Properties, inputs: Properties) -> bool:
    """Tell whether a replacement would carry the name that the old resource still has."""
    return (
        "name" in inputs
        and inputs["name"] == state.get("name")
        and "name" not in inputs.get(DEFAULTS, [])
    )


def planned_tags(kind: ResourceType, aws: Connection, inputs: Properties) -> Any:
    """Return what `tagsAll` becomes under `inputs`; None for a type without tags."""
    if all(each.name != "tagsAll" for each in kind.properties):
        return None
    tags = inputs.get("tags")
    return UNKNOWN if tags == UNKNOWN else aws.all_tags(tags)


def _input_changes(kind: ResourceType, state: Properties, inputs: Properties) -> Iterator[Change]:
    for declared in kind.inputs:
        old, new = state.get(declared.name), inputs.get(declared.name)
        if _differ(declared, old, new):
            yield Change(declared.name, old, new, declared.replaces)


def _differ(declared: Property, old: Any, new: Any) -> bool:
    if new is None and declared.computed:
        return False
    return has_unknown(new) or not declared.kind.same(old, new)


def _tag_changes(
    kind: ResourceType, aws: Connection, state: Properties, inputs: Properties
) -> Iterator[Change]:
    old, new = state.get("tagsAll", {}), planned_tags(kind, aws, inputs)
    if new is not None and new != old:
        yield Change("tagsAll", old, new, replaces=False)
