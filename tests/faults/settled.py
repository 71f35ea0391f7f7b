"""Know of a state whether its preview shows changes, without running a preview for each.

What a preview shows follows from program, config, both sides and the state. Where the first three
are the same, one preview speaks for all states that are the same, compared whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sandbox.world import STACKS, World
from tests.engine.stack import Stack

State = Mapping[str, Any]
"""All that a state holds of each resource by URN, with names in the place of given numbers."""

_PASSED_OVER = {
    *("created", "modified", "sourcePosition", "stackTrace"),  # the engine's notes
    *("createDate", "createdAt", "etag", "nodeId", "uniqueId", "updatedAt"),  # no input's matter
}


class Settled:
    """Hold the states of one scenario whose preview showed no changes."""

    def __init__(self) -> None:
        self._seen: list[State] = []

    def assert_no_changes(self, stack: Stack, held: Mapping[str, Any]) -> None:
        """Expect no changes of a preview with a refresh, which a state that was seen is spared.

        `held` is the deployment of now. Both sides have to be as they were then.
        """
        state = whole_state(stack.world, held["resources"])
        if state not in self._seen:
            stack.assert_unchanged("--refresh")
            self._seen.append(state)


def whole_state(world: World, resources: Sequence[Mapping[str, Any]]) -> State:
    """Return inputs, outputs and all else of each resource, comparable between runs."""
    names = dict(_given(world))
    names |= {each["id"]: each["urn"] for each in resources if "pulumi:providers" in each["type"]}
    return {each["urn"]: _comparable(each, names) for each in resources}


def _given(world: World) -> Iterator[tuple[str, str]]:
    """Yield each number that a side has given out, with what it stands for."""
    for repository in world.github.repositories.values():
        for ruleset in repository.rulesets.values():
            yield str(ruleset.id), f"{repository.name}/{ruleset.name}"
        for environment in repository.environments.values():
            for policy in environment.policies.values():
                place = f"{repository.name}/{environment.name}"
                yield str(policy.id), f"{place}/{policy.kind}/{policy.name}"
    for account in STACKS.values():
        for managed in world.aws.iam(account).managed_policies.values():
            yield managed.id, managed.arn


def _comparable(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        kept = {key: each for key, each in value.items() if key not in _PASSED_OVER}
        return {key: _ordered(key, _comparable(each, names)) for key, each in kept.items()}
    if isinstance(value, list):
        return [_comparable(each, names) for each in value]
    if isinstance(value, str):
        return ":".join(names.get(part, part) for part in value.split(":"))
    return names.get(str(value), value)


def _ordered(key: str, value: Any) -> Any:
    """Sort URNs that a resource depends on, which come in the order in which calls ended."""
    if key == "dependencies":
        return sorted(value)
    if key == "propertyDependencies":
        return {name: sorted(urns) for name, urns in value.items()}
    return value
