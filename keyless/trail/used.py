"""What roles and users did, from the CSV that Athena answers, and the statements that this needs.

The query is one of `keyless trail`. A row is one event of one principal: `principal` (or `role`),
`service` (the event's source), `action` (the event's name), and where they are there `resources`
(ARNs), `times` and `denied`. Other columns are left aside.

Known to be missing: `iam:PassRole` is in no trail, and what data events would record (objects,
items, messages) is in few. Such an action stays where a policy grants it by name, unless this file
shows that data events of its service are recorded.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from keyless.command_line.errors import CommandError
from keyless.estate.presets.catalogue import Action, actions_matching
from keyless.rules.permissions import Statement, is_wild, names_nothing, readable_statements
from keyless.text.printable import printable
from keyless.trail.event_actions import (
    NEEDS_NO_RIGHTS,
    actions_of_event,
    is_recorded,
    service_of,
)
from keyless.wildcards import matches

_PRINCIPALS = ("principal", "role", "user")
_REQUIRED = ("service", "action")
_ARN = re.compile(r"arn:aws[a-z-]*:[^\s,\]}\"']+")
_SESSION = re.compile(r"(arn:[^:]+):sts::(\d{12}):assumed-role/([^/]+)/.*")
_WITH_PATH = re.compile(r"(arn:[^:]+:iam::\d{12}:(?:role|user)/)(?:[^/]+/)+([^/]+)\Z")
_OBJECT = re.compile(r"(arn:[^:]+:s3:::[^/]+)/(.+)")
_MOST_OBJECTS = 3
"""More of a bucket than these become what their names begin with."""


@dataclass(frozen=True)
class UsedAction:
    """One action that was used, and the ARNs on which, as far as the trail says."""

    action: Action
    resources: tuple[str, ...]
    times: int


@dataclass(frozen=True)
class Used:
    """What one principal did; `unknown` are events for which no action of IAM is known.

    `data_services` are those whose data events the file shows, of whomever.
    """

    principal: str
    actions: Mapping[str, UsedAction]
    unknown: tuple[str, ...] = ()
    data_services: frozenset[str] = frozenset()

    def would_show(self, action: str) -> bool:
        """Tell whether an action would be among the events, had it been used."""
        service = action.lower().partition(":")[0]
        return is_recorded(action) or (service in self.data_services and service != "iam")


@dataclass(frozen=True)
class Needed:
    """Statements for what was used; `unplaced` are actions for which no resource is known.

    `kept` are actions that no trail shows and that are granted by name; `unused` are patterns of
    the policies that grant nothing of what was used.
    """

    statements: tuple[Mapping[str, Any], ...]
    unplaced: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()

    @property
    def document(self) -> Mapping[str, Any]:
        """The statements as one policy document."""
        return {"Version": "2012-10-17", "Statement": list(self.statements)}


def read_used(label: str, text: str) -> Mapping[str, Used]:
    """Return what each principal did, by its ARN as `plain_arn` writes it.

    Raises CommandError, beginning with `label`, for text that has not the columns.
    """
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    names = {name.strip().lower(): name for name in rows.fieldnames or ()}
    who = next((names[one] for one in _PRINCIPALS if one in names), None)
    missing = [one for one in _REQUIRED if one not in names]
    if who is None or missing:
        raise CommandError(
            f"{label}: no column {(missing or _PRINCIPALS)[0]}. What was used cannot be known "
            "without it. Hand in the CSV that Athena answers to the query of `keyless trail`."
        )
    found: dict[str, _Gathered] = {}
    try:
        for row in rows:
            if None in row or row[names["action"]] is None:
                raise csv.Error("too many cells, or too few")
            cells = {name: row.get(column) or "" for name, column in names.items()}
            found.setdefault(plain_arn(row.get(who) or ""), _Gathered()).add(cells)
    except csv.Error as problem:
        raise CommandError(
            f"{label}: {printable(str(problem))} at line {rows.line_num}. Rows after it would be "
            "missed. Hand in the CSV as Athena wrote it."
        ) from None
    data = frozenset(service for one in found.values() for service in one.data_services())
    return {arn: one.used(arn, data) for arn, one in found.items() if arn}


def needed(used: Used, granted: Iterable[object]) -> Needed:
    """Say what was used as statements, on the resources that policies or the trail name.

    `granted` are policy documents in force. Nothing is written that they do not allow, unless there
    are none.
    """
    statements = [one for document in granted for one in readable_statements(document)]
    return _Needing(used, statements).needed()


def plain_arn(written: str) -> str:
    """Return the ARN of a role or user without its path; of a session, that of its role.

    A name is given once in an account, whatever the path.
    """
    session = _SESSION.fullmatch(written.strip())
    if session:
        return f"{session[1]}:iam::{session[2]}:role/{session[3]}"
    return _WITH_PATH.sub(r"\1\2", written.strip())


@dataclass
class _Gathered:
    """The rows of one principal."""

    actions: dict[str, Action] = field(default_factory=dict)
    resources: dict[str, dict[str, None]] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)
    unknown: dict[str, None] = field(default_factory=dict)

    def add(self, row: Mapping[str, str]) -> None:
        times, denied = _number(row.get("times"), 1), _number(row.get("denied"), 0)
        if times <= denied:
            return
        service = service_of(row["service"])
        if f"{service}:{row['action']}" in NEEDS_NO_RIGHTS:
            return
        actions = actions_of_event(row["service"], row["action"].strip())
        if not actions:
            self.unknown[printable(f"{row['service']} {row['action']}", 100)] = None
        arns = _ARN.findall(row.get("resources", row.get("resource", "")))
        for action in actions:
            self.actions[action.name] = action
            self.times[action.name] = self.times.get(action.name, 0) + times
            own = self.resources.setdefault(action.name, {})
            own |= dict.fromkeys(arn for arn in arns if action.takes and action.fits(arn))

    def data_services(self) -> Iterator[str]:
        for name in self.actions:
            if not is_recorded(name):
                yield name.partition(":")[0]

    def used(self, principal: str, data: frozenset[str]) -> Used:
        return Used(
            principal,
            {
                name: UsedAction(action, tuple(_folded(self.resources[name])), self.times[name])
                for name, action in sorted(self.actions.items())
            },
            tuple(self.unknown),
            data,
        )


class _Needing:
    """One principal beside the statements that it is granted."""

    def __init__(self, used: Used, granted: Sequence[Statement]) -> None:
        self._used = used
        self._granted = granted
        self._found: dict[tuple[tuple[str, ...], str], tuple[Mapping[str, Any], list[str]]] = {}

    def needed(self) -> Needed:
        unplaced = [name for name, one in self._used.actions.items() if not self._place(name, one)]
        kept = list(dict.fromkeys(self._keep()))
        statements = tuple(
            {"Effect": "Allow", "Action": actions, "Resource": list(resources), **conditions}
            for (resources, _), (conditions, actions) in self._found.items()
        )
        return Needed(statements, tuple(unplaced), tuple(kept), tuple(self._unused(kept)))

    def _place(self, name: str, used: UsedAction) -> bool:
        """Write an action on the resources that are known for it; False where none is."""
        allowing = [one for one in self._granted if one.covers(name)]
        if self._granted and not allowing:
            return True
        placed = [one for one in allowing if _is_placed(one, used.action)]
        left = list(used.resources)
        if left:
            placed = [one for one in placed if any(_covers(one, arn) for arn in left)]
            left = [arn for arn in left if not any(_covers(one, arn) for one in placed)]
        for one in placed:
            self._write(name, _taken(one, used.action), one.conditions)
        if left:
            self._write(name, tuple(left), {})
        elif not placed and not used.action.takes:
            self._write(name, ("*",), {})
        elif not placed:
            return False
        return True

    def _keep(self) -> Iterator[str]:
        """Write what is granted by name and in no trail."""
        for one in self._granted:
            for pattern in one.actions:
                if is_wild(pattern) or self._used.would_show(pattern):
                    continue
                for action in actions_matching(pattern):
                    if action.name not in self._used.actions and _is_placed(one, action):
                        self._write(action.name, _taken(one, action), one.conditions)
                        yield action.name

    def _unused(self, kept: Sequence[str]) -> Iterator[str]:
        still = [name.lower() for name in (*self._used.actions, *kept)]
        patterns = dict.fromkeys(p for one in self._granted for p in one.actions)
        for pattern in patterns:
            if not any(matches(pattern.lower(), name) for name in still):
                yield pattern

    def _write(self, name: str, resources: tuple[str, ...], conditions: Mapping[str, Any]) -> None:
        plain = {operator: {k: list(v) for k, v in c.items()} for operator, c in conditions.items()}
        block = {"Condition": plain} if plain else {}
        actions = self._found.setdefault((resources, repr(plain)), (block, []))[1]
        if name not in actions:
            actions.append(name)


def _is_placed(statement: Statement, action: Action) -> bool:
    """Tell whether a statement says on what, or an action has no such thing."""
    if statement.not_resources:
        return False
    if not action.takes or statement.conditions:
        return True
    return not any(map(names_nothing, statement.resources))


def _taken(statement: Statement, action: Action) -> tuple[str, ...]:
    """Return the resources of a statement on which an action is granted at all."""
    taken = tuple(each for each in statement.resources if action.fits(each))
    return taken or statement.resources or ("*",)


def _covers(statement: Statement, arn: str) -> bool:
    return any(matches(resource, arn) for resource in statement.resources)


def _folded(arns: Iterable[str]) -> Iterator[str]:
    """Yield ARNs, many objects of one bucket as what their names begin with."""
    objects: dict[str, list[str]] = {}
    for arn in arns:
        if found := _OBJECT.fullmatch(arn):
            objects.setdefault(found[1], []).append(found[2])
        else:
            yield arn
    for bucket, keys in objects.items():
        if len(keys) <= _MOST_OBJECTS:
            yield from (f"{bucket}/{key}" for key in keys)
        else:
            yield f"{bucket}/{''.join(f'{part}/' for part in _common(keys))}*"


def _common(keys: Iterable[str]) -> Iterator[str]:
    """Yield the folders that all keys are in, from the outermost one."""
    for parts in zip(*(key.split("/")[:-1] for key in keys), strict=False):
        if len(set(parts)) > 1:
            return
        yield parts[0]


def _number(written: str | None, default: int) -> int:
    text = (written or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else default
