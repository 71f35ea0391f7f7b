"""Put together the states and the inputs of a resource that the engine keeps."""

from collections.abc import Collection
from typing import Any

from sandbox.aws.provider.changes import planned_tags
from sandbox.aws.provider.check import DEFAULTS
from sandbox.aws.provider.connection import Connection
from sandbox.aws.provider.resource_type import ResourceType
from sandbox.aws.provider.values import UNKNOWN, Properties


def settled(kind: ResourceType, found: Properties, written: Properties) -> dict[str, Any]:
    """Return the state of a resource that AWS contains as `found`.

    `written` are the inputs or the state that it came from: they tell what AWS does not know, and
    how the same thing was written.
    """
    state: dict[str, Any] = {}
    for declared in kind.properties:
        was = written.get(declared.name, declared.default)
        value = declared.kind.settled(was, found[declared.name]) if declared.name in found else was
        if value is not None:
            state[declared.name] = value
    return state


def unfinished(kind: ResourceType, inputs: Properties) -> dict[str, Any]:
    """Return the state of a resource that was created, and not completed or read since."""
    late = {each.name for each in kind.properties if each.late}
    done = {name: value for name, value in inputs.items() if name not in late}
    return settled(kind, {}, done)


def planned(
    kind: ResourceType,
    aws: Connection,
    inputs: Properties,
    state: Properties,
    changed: Collection[str],
) -> dict[str, Any]:
    """Return the state that a preview shows: what is set, and unknown what AWS will fill in.

    `state` is the present one, empty for a resource to be created, and `changed` names what
    differs from it.
    """
    result = {}
    for declared in kind.properties:
        if declared.name in inputs:
            result[declared.name] = inputs[declared.name]
        elif declared.name in state and declared.name not in changed:
            result[declared.name] = state[declared.name]
        elif (declared.output or declared.computed) and not state:
            result[declared.name] = UNKNOWN
    tags = planned_tags(kind, aws, inputs)
    return result if tags is None else result | {"tagsAll": tags}


def inputs_of(kind: ResourceType, state: Properties, inputs: Properties) -> dict[str, Any]:
    """Return the inputs that lead to `state`, as far as `inputs` named them.

    On import, where nothing was named, everything counts that is neither empty nor a default.
    """
    if not inputs:
        return {
            each.name: each.kind.written(state[each.name])
            for each in kind.inputs
            if state.get(each.name) not in (None, "", [], {}, each.default)
        } | {DEFAULTS: []}
    moved = {
        each.name: each.kind.written(state[each.name])
        for each in kind.inputs
        if each.name in inputs
        and each.name in state
        and not each.kind.same(inputs[each.name], state[each.name])
    }
    return {**inputs, **moved}
