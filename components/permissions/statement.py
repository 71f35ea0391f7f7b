"""Allow statements of an identity policy, and the policy document they make together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Statement:
    """One Allow statement: actions on resources, under conditions `{operator: {key: values}}`."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    sid: str | None = None


def as_document(statements: Iterable[Statement]) -> dict[str, object]:
    """Return the policy document of these statements, the same for any order they are given in."""
    return {"Version": "2012-10-17", "Statement": [_as_json(s) for s in statements]}


def _as_json(statement: Statement) -> dict[str, object]:
    written: dict[str, object] = {"Sid": statement.sid} if statement.sid else {}
    written |= {
        "Effect": "Allow",
        "Action": sorted(set(statement.actions)),
        "Resource": sorted(set(statement.resources)),
    }
    if statement.conditions:
        written["Condition"] = {
            operator: {key: sorted(set(values)) for key, values in sorted(keys.items())}
            for operator, keys in sorted(statement.conditions.items())
        }
    return written
