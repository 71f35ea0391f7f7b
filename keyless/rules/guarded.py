"""Roles that no grant may change: what a resource of a statement is to one of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from keyless.rules.arns import names_policy, names_role

Spared = Callable[[Callable[[str, str], bool], str, Sequence[str]], bool]
"""Tell by a naming function, a path with its name and a home whether a thing is left out."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """A role that no grant may change, by path and name, with the managed policies that it gets.

    `policies` are paths and names, `boundary` is an ARN, empty where it is not known.
    """

    role: str
    boundary: str
    policies: frozenset[str]

    @property
    def home(self) -> tuple[str, ...]:
        """Return what ARNs of the role begin with, as its boundary's do; nothing without one."""
        parts = self.boundary.split(":")
        return tuple(parts[:5]) if len(parts) > 5 else ()


def _spares_nothing(_names: Callable[[str, str], bool], _thing: str, _home: Sequence[str]) -> bool:
    return False


def said_of(
    resource: str, guarded: Guarded, own: str | None = None, spared: Spared = _spares_nothing
) -> str | None:
    """Say what a resource is to a guarded role; None where it is nothing of it.

    `own` is the path and name of the role whose grant it is.
    """
    for names, thing, says in _things(guarded, own):
        if names(resource, thing) and not spared(names, thing, guarded.home):
            return says
    return None


def _things(
    guarded: Guarded, own: str | None
) -> Iterator[tuple[Callable[[str, str], bool], str, str]]:
    name = guarded.role.rpartition("/")[2]
    reached = f'the role "{name}" that GitHub reaches'
    yield names_role, guarded.role, "the role itself" if guarded.role == own else reached
    for policy in sorted(guarded.policies):
        yield names_policy, policy, f"a policy of {reached}"
    if boundary := guarded.boundary.partition(":policy")[2]:
        yield names_policy, boundary, f"the boundary of {reached}"
