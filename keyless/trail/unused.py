"""Compare what roles may do with what their sessions did, as a trail's CSV says."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from keyless.estate.settings import Settings
from keyless.narrowing.entry import Document, Narrowed, RoleEntry, narrowed, role_entries
from keyless.trail.used import Used, needed, plain_arn
from keyless.wildcards import matches


@dataclass(frozen=True)
class UsedRole:
    """A role with what is left of its entry; None where no session of it is in the file."""

    role: RoleEntry
    narrowed: Narrowed | None
    unknown: tuple[str, ...] = ()
    """Events for which no action of IAM is known."""

    @property
    def is_narrower(self) -> bool:
        """Whether the role may do what none of its sessions did."""
        return self.narrowed is None or not self.narrowed.is_same


def used_roles(
    settings: Settings, arns: Collection[str], used: Mapping[str, Used]
) -> Iterator[UsedRole]:
    """Yield those roles of a stack that are named, each beside what was used."""
    for role in role_entries(settings):
        if role.arn in arns:
            found = used.get(plain_arn(role.arn))
            yield _compared(role, found) if found else UsedRole(role, None)


def _compared(role: RoleEntry, used: Used) -> UsedRole:
    return UsedRole(role, narrowed(role, lambda document: _left(document, used)), used.unknown)


def _left(document: Document, used: Used) -> Document:
    """Return what was used, and whole what no trail shows, or on resources that nobody can tell."""
    found = needed(used, [document])
    granted = {action for statement in document["Statement"] for action in statement["Action"]}
    unseen = {action for action in granted if not used.would_show(action)}
    rest = {*found.unplaced, *(unseen - {*used.actions, *found.kept})}
    whole = (_only(statement, rest) for statement in document["Statement"])
    return {**document, "Statement": [*found.statements, *filter(None, whole)]}


def _only(statement: Mapping[str, Any], actions: Collection[str]) -> Mapping[str, Any] | None:
    """Return a statement with those of some actions that it grants, be it by a wildcard."""
    granted = [pattern.lower() for pattern in statement["Action"]]
    kept = [name for name in sorted(actions) if any(matches(p, name.lower()) for p in granted)]
    return {**statement, "Action": kept} if kept else None
