"""Write the entry of a role anew, with what is left of its permissions.

A permission of which everything is left stays as it is written, one of which nothing is left goes,
and any other becomes what is left of it. Managed policies stay: a stack file does not show what is
in them. Rights only ever become fewer.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from keyless.estate.composed_roles import compose_role, place_of
from keyless.estate.naming import DEFAULT_POLICY
from keyless.estate.presets import Place, as_document
from keyless.estate.reading.yaml_text import as_block
from keyless.estate.settings import Role, Settings
from keyless.narrowing.recognition import UnsaidError, recognised

Document = Mapping[str, Any]
Left = Callable[[Document], Document]
"""What is left of a policy document: one that grants some of it, or has no statement."""


@dataclass(frozen=True)
class RoleEntry:
    """A role of a stack file: its place there, its entry, its ARN, and where it works."""

    where: str
    function: str
    role: Role = field(repr=False)
    arn: str = field(kw_only=True)
    place: Place = field(kw_only=True)


@dataclass(frozen=True)
class Narrowed:
    """What is left of an entry; `entry` is None where the role could do nothing.

    `dropped` are the actions that go, as they are granted. `unsaid` says why a permission stays
    whole that has parts to drop.
    """

    entry: Mapping[str, Any] | None
    is_same: bool
    dropped: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()


def role_entries(settings: Settings) -> Iterator[RoleEntry]:
    """Yield every role of a stack, in the order of its file."""
    for key, repository in settings.repositories.items():
        for at in repository.contexts():
            for function, role in at.roles.items():
                composed = compose_role(settings, key, f"{settings.owner}/{key}", at, function)
                yield RoleEntry(
                    settings.place(key, *at.keys, "roles", function),
                    function,
                    role,
                    arn=composed.role_arn,
                    place=place_of(settings, at),
                )


def narrowed(entry: RoleEntry, left: Left) -> Narrowed:
    """Return the entry of a role with what is left of each of its permissions."""
    policies: dict[str, list[Any]] = {}
    granted: set[str] = set()
    kept: set[str] = set()
    unsaid: list[str] = []
    is_same = True
    for each in entry.role.granted():
        document = as_document(each.permission.grant(entry.place).statements)
        rest = left(document) if document["Statement"] else document
        permissions = [_written(each.permission)]
        try:
            if _actions(rest) != _actions(document):
                permissions = recognised(rest, entry.place) if rest["Statement"] else []
                is_same = False
        except UnsaidError as problem:
            unsaid.append(f"{each.policy}, {each.permission.preset}: {problem}")
            rest = document
        policies.setdefault(each.policy, []).extend(permissions)
        granted |= _actions(document)
        kept |= _actions(rest)
    dropped = tuple(sorted(granted - kept))
    return Narrowed(_entry(entry.role, policies), is_same, dropped, tuple(unsaid))


def entry_text(function: str, entry: Mapping[str, Any]) -> str:
    """Return a role's entry as YAML, under its function."""
    return as_block({function: dict(entry)})


def left_whole(where: str, reason: str) -> str:
    """Say of one of the `unsaid` reasons that its permission stays whole."""
    return f"{where}: {reason}, so that it stays whole. Narrow it by hand."


def _actions(document: Document) -> set[str]:
    return {action for statement in document["Statement"] for action in statement["Action"]}


def _written(model: BaseModel) -> dict[str, Any]:
    return model.model_dump(mode="json", exclude_unset=True, by_alias=True)


def _entry(role: Role, policies: Mapping[str, list[Any]]) -> Mapping[str, Any] | None:
    named = {name: listed for name, listed in policies.items() if listed}
    if not named:
        return None
    both = {"permissions": named.pop(DEFAULT_POLICY, None), "policies": named or None}
    others = {key: value for key, value in _written(role).items() if key not in both}
    return {**{key: value for key, value in both.items() if value}, **others}
