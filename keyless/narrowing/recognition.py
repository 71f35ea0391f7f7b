"""Say what a policy allows in the words of a stack file: presets where they come to the same.

A preset is written where everything that it grants is in the policy, its own condition on the
account of a bucket aside; what is left stays a statement. So rights are equal as sets: nothing is
lost and nothing gained. What no entry can say (a Deny, NotAction, NotResource) is not said at all.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from keyless.estate.presets import GrantError, Permission, Place
from keyless.estate.presets.catalogue import actions_matching
from keyless.estate.presets.statement_parts import unused_actions
from keyless.facts import is_region

Entry = dict[str, Any]
"""One permission as a stack file has it."""

_Atom = tuple[str, str, frozenset[tuple[str, str, tuple[str, ...]]]]
"""An action in small letters on a resource under conditions."""

_PERMISSION: TypeAdapter[Any] = TypeAdapter(Permission)
_OWNED = "aws:resourceaccount"
_BUCKET = re.compile(r"arn:[^:]+:s3:::")
"""What presets ask the account of, since the ARN has none."""

_VERSION = "2012-10-17"
_ALIAS = "live"
"""The alias that is written where a policy allows moving one: IAM does not tell them apart."""


class UnsaidError(Exception):
    """Say why a policy cannot be written as permissions."""


@dataclass(frozen=True)
class _Statement:
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]]


def recognised(document: object, place: Place) -> list[Entry]:
    """Return the permissions that a policy document comes to. Raises UnsaidError."""
    statements = list(_statements(document))
    present = rights_of(document, place)
    chosen: list[tuple[Entry, frozenset[_Atom]]] = []
    covered: set[_Atom] = set()
    for entry, granted in sorted(_fitting(present, place), key=lambda each: -len(each[1])):
        if any(granted <= other for _, other in chosen) or not granted - covered:
            continue
        if len(granted & covered) * 2 > len(granted):
            continue
        chosen.append((entry, granted))
        covered |= granted
    entries = [entry for entry, _ in chosen]
    for one in statements:
        entries += _rest(one, covered, place)
    return entries


def rights(entries: Iterable[Entry], place: Place) -> frozenset[_Atom]:
    """Return what permissions grant, as a set that can be compared. Raises UnsaidError."""
    return frozenset(atom for entry in entries for atom in _granted(entry, place))


def rights_of(document: object, place: Place) -> frozenset[_Atom]:
    """Return what a document grants, as a set that can be compared. Raises UnsaidError."""
    return frozenset(atom for one in _statements(document) for atom in _atoms(one, place))


def _statements(document: object) -> Iterator[_Statement]:
    listed = document.get("Statement") if isinstance(document, Mapping) else None
    has_variables = isinstance(document, Mapping) and document.get("Version") == _VERSION
    for number, raw in enumerate(listed if isinstance(listed, list) else [listed], start=1):
        if not isinstance(raw, Mapping):
            raise UnsaidError(f"statement {number} is no object")
        if raw.get("Effect") != "Allow":
            raise UnsaidError(f"statement {number} is a Deny, which no entry can say")
        if odd := sorted(set(raw) - {"Sid", "Effect", "Action", "Resource", "Condition"}):
            raise UnsaidError(f"statement {number} has {odd[0]}, which no entry can say")
        if not has_variables and "${" in str((raw.get("Resource"), raw.get("Condition"))):
            raise UnsaidError(
                f'statement {number} has "${{", which is text in a policy without Version '
                f'"{_VERSION}", and what a stack writes would read it as a variable'
            )
        yield _Statement(
            _texts(raw.get("Action")),
            _texts(raw.get("Resource")),
            _conditions(number, raw.get("Condition") or {}),
        )


def _conditions(number: int, block: object) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    keys = block.values() if isinstance(block, Mapping) else [None]
    if not isinstance(block, Mapping) or not all(isinstance(one, Mapping) for one in keys):
        raise UnsaidError(f"statement {number} has a Condition of another form")
    return {op: {key: _texts(v) for key, v in keys.items()} for op, keys in block.items()}


def _texts(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(one, str | bool | int) for one in values):
        raise UnsaidError("a statement has neither text nor a list of texts where one is needed")
    return tuple(str(one).lower() if isinstance(one, bool) else str(one) for one in values)


def _atoms(statement: Any, place: Place) -> Iterator[_Atom]:
    conditions = frozenset(
        (operator, key.lower(), tuple(sorted(set(values))))
        for operator, keys in statement.conditions.items()
        for key, values in keys.items()
    )
    unowned = frozenset(
        one
        for one in conditions
        if (one[0].lower(), *one[1:]) != ("stringequals", _OWNED, (place.account,))
    )
    for action in statement.actions:
        for resource in statement.resources:
            is_said = _BUCKET.match(resource) or resource.split(":")[4:5] == [place.account]
            yield action.lower(), resource, unowned if is_said else conditions


def _granted(entry: Entry, place: Place) -> Iterator[_Atom]:
    try:
        grant = _PERMISSION.validate_python(entry).grant(place)
    except (ValidationError, GrantError) as problem:
        raise UnsaidError(_first(problem)) from None
    for statement in grant.statements:
        yield from _atoms(statement, place)


def _first(problem: ValidationError | GrantError) -> str:
    if isinstance(problem, GrantError):
        return problem.errors[0].rstrip(".")
    message = str(problem.errors()[0]["msg"])
    return message.removeprefix("Value error, ").rstrip(".")


def _fitting(present: frozenset[_Atom], place: Place) -> Iterator[tuple[Entry, frozenset[_Atom]]]:
    """Yield the presets that grant nothing that is not there."""
    for entry in _candidates(present, place):
        try:
            granted = frozenset(_granted(entry, place))
        except UnsaidError:
            continue
        if granted and granted <= present:
            yield entry, granted


def _rest(statement: _Statement, covered: set[_Atom], place: Place) -> Iterator[Entry]:
    """Yield what presets leave of a statement."""
    left: dict[str, tuple[str, ...]] = {}
    for action in statement.actions:
        resources = tuple(
            resource
            for resource in statement.resources
            if set(_atoms(_Statement((action,), (resource,), statement.conditions), place))
            - covered
        )
        if resources:
            left[action] = resources
    by_resources: dict[tuple[str, ...], list[str]] = {}
    for action, resources in left.items():
        by_resources.setdefault(resources, []).append(action)
    for resources, actions in by_resources.items():
        yield from _written(tuple(actions), resources, statement, place)


def _written(
    actions: tuple[str, ...], resources: tuple[str, ...], statement: _Statement, place: Place
) -> Iterator[Entry]:
    """Yield a statement as an entry, without the actions that grant nothing on its resources."""
    entry = _entry(actions, resources, statement, place)
    try:
        list(_granted(entry, place))
    except UnsaidError as problem:
        kept = tuple(one for one in actions if _takes_one(one, resources))
        if not kept or kept == actions:
            raise UnsaidError(str(problem)) from None
        yield from _written(kept, resources, statement, place)
        return
    yield entry


def _takes_one(action: str, resources: tuple[str, ...]) -> bool:
    """Tell whether an action takes one of these; what the catalogue lacks may take anything."""
    try:
        return not actions_matching(action) or not list(unused_actions((action,), resources))
    except (IndexError, ValueError):
        return True


def _entry(
    actions: tuple[str, ...], resources: tuple[str, ...], statement: _Statement, place: Place
) -> Entry:
    entry: Entry = {"preset": "statement", "actions": list(actions), "resources": list(resources)}
    if statement.conditions:
        entry["conditions"] = {
            operator: {
                key: values[0] if len(values) == 1 else list(values) for key, values in k.items()
            }
            for operator, k in statement.conditions.items()
        }
    parts = [resource.split(":", 5) for resource in resources if resource.count(":") >= 5]
    accounts = {one[4] for one in parts if one[4].isdigit()} - {place.account}
    regions = {one[3] for one in parts if is_region(one[3])} - {place.region}
    if accounts:
        entry["accounts"] = sorted(accounts)
    if regions:
        entry["regions"] = sorted(regions)
    return entry


def _candidates(present: frozenset[_Atom], place: Place) -> Iterator[Entry]:
    """Yield presets that the names in a policy suggest, the larger ones of a kind first."""
    names = _Names(present, place)
    yield from _of_buckets(names)
    if names.distributions:
        yield {"preset": "cloudfront", "distributions": names.distributions}
    for function in names.functions:
        if ("lambda:updatealias", names.function_arn(function)) in names.pairs:
            yield {"preset": "lambda-function", "function": function, "alias": _ALIAS}
        yield {"preset": "lambda-function", "function": function}
    for repository in names.images:
        for access in ("write", "read"):
            yield {"preset": "container-image", "repository": repository, "access": access}
    yield from _of_services(names)


def _of_buckets(names: "_Names") -> Iterator[Entry]:
    for bucket in names.buckets:
        for prefix in (None, *names.folders(bucket)):
            folder = {"prefix": prefix} if prefix else {}
            for distribution in (*names.distributions, None):
                edge = {"distribution": distribution} if distribution else {}
                yield {"preset": "s3-website", "bucket": bucket, **folder, **edge}
            for access in ("write", "read"):
                for delete in (True, False):
                    more: Entry = {"delete": True} if delete else {}
                    yield {
                        "preset": "s3-objects",
                        "bucket": bucket,
                        **folder,
                        "access": access,
                        **more,
                    }
        for key in names.states(bucket):
            for access in ("write", "read"):
                state: Entry = {"preset": "terraform-state", "bucket": bucket, "key": key}
                for table in (*names.tables, None):
                    locked = {"lock_table": table} if table else {}
                    yield {**state, "access": access, **locked}


def _of_services(names: "_Names") -> Iterator[Entry]:
    for cluster, service in names.services:
        named = {"preset": "ecs-service", "cluster": cluster, "service": service}
        yield {**named, "force_new_deployment": True}
        for family in names.families:
            for runs in (True, False):
                for roles in names.task_roles:
                    task = {"run_task": True} if runs else {}
                    yield {**named, "task_definition": family, **task, **roles}


class _Names:
    """The names of things that the ARNs of a policy contain."""

    def __init__(self, present: frozenset[_Atom], place: Place) -> None:
        self.pairs = {(action, resource) for action, resource, _ in present}
        self._arns = sorted({resource for _, resource, _ in present})
        self._passed = sorted(r for action, r in self.pairs if action == "iam:passrole")
        self._place = place
        self.buckets = self._all(r"arn:[^:]+:s3:::([^/*?]+)")
        self.distributions = self._all(r"arn:[^:]+:cloudfront::\d+:distribution/([A-Z0-9]+)")
        self.functions = self._all(r"arn:[^:]+:lambda:[^:]+:\d+:function:([^:*?]+)")
        self.images = self._all(r"arn:[^:]+:ecr:[^:]+:\d+:repository/([^*?]+)")
        self.tables = self._all(r"arn:[^:]+:dynamodb:[^:]+:\d+:table/([^/*?]+)")
        self.families = self._all(r"arn:[^:]+:ecs:[^:]+:\d+:task-definition/([^:*?]+):\*")
        self.services = [
            tuple(each.split("/", 1))
            for each in self._all(r"arn:[^:]+:ecs:[^:]+:\d+:service/([^/*?]+/[^/*?]+)")
        ]

    def function_arn(self, function: str) -> str:
        return self._place.arn("lambda", f"function:{function}")

    def folders(self, bucket: str) -> list[str]:
        return self._all(rf"arn:[^:]+:s3:::{re.escape(bucket)}/([^*?]+)/\*")

    def states(self, bucket: str) -> list[str]:
        found = self._all(rf"arn:[^:]+:s3:::{re.escape(bucket)}/([^*?]+)")
        return [key for key in found if not key.endswith(".tflock")]

    @property
    def task_roles(self) -> list[Entry]:
        """The roles that a policy passes: which is which, is a guess by their names."""
        named = [arn.partition(":role/")[2] for arn in self._passed]
        executing = [one for one in named if "exec" in one.lower()]
        if not named:
            return [{}]
        first = (executing or named)[0]
        others = [one for one in named if one != first]
        roles = {"execution_role": first}
        return [{**roles, "task_role": others[0]} if others else roles, {}]

    def _all(self, pattern: str) -> list[str]:
        whole = re.compile(pattern)
        found = (whole.fullmatch(arn) for arn in self._arns)
        return list(dict.fromkeys(match[1] for match in found if match))


def is_guess(entry: Entry) -> str | None:
    """Say what of an entry was guessed; None where nothing was."""
    if entry.get("alias") == _ALIAS and entry["preset"] == "lambda-function":
        return "the alias is a guess: the policy lets any alias be moved"
    if "execution_role" in entry and "task_role" in entry:
        return "which role executes and which the containers have is a guess by their names"
    if entry["preset"] == "ecs-service" and "execution_role" in entry:
        return "that the role executes tasks is a guess by its name"
    return None
