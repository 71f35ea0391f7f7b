"""Allow statements of an identity policy, and the policy document they make together."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Statement:
    """One Allow statement: actions on resources, under conditions `{operator: {key: values}}`.

    There is no `Sid`: it has to be unique in a document, and a role may have a preset several
    times.
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)


def as_document(statements: Iterable[Statement]) -> dict[str, object]:
    """Return the policy document of these statements, the same for any order they are given in.

    Statements that differ in their resources alone, or in their actions alone, become one: what
    they allow stays the same, and the document gets shorter.
    """
    by_actions: dict[tuple[str, frozenset[str]], set[str]] = {}
    for statement in statements:
        like = (_written(statement.conditions), frozenset(statement.actions))
        by_actions.setdefault(like, set()).update(statement.resources)
    by_resources: dict[tuple[str, frozenset[str]], set[str]] = {}
    for (conditions, actions), resources in by_actions.items():
        by_resources.setdefault((conditions, frozenset(resources)), set()).update(actions)
    merged = sorted(
        (sorted(actions), sorted(resources), conditions)
        for (conditions, resources), actions in by_resources.items()
    )
    return {"Version": "2012-10-17", "Statement": [_as_json(*parts) for parts in merged]}


_UNCONDITIONAL = "{}"


def _written(conditions: Mapping[str, Mapping[str, tuple[str, ...]]]) -> str:
    if not conditions:
        return _UNCONDITIONAL
    ordered = {
        operator: {key: sorted(set(values)) for key, values in keys.items()}
        for operator, keys in conditions.items()
    }
    return json.dumps(ordered, sort_keys=True)


def _as_json(actions: list[str], resources: list[str], conditions: str) -> dict[str, object]:
    written: dict[str, object] = {"Effect": "Allow", "Action": actions, "Resource": resources}
    if conditions != _UNCONDITIONAL:
        written["Condition"] = json.loads(conditions)
    return written
