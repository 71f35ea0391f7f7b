"""What a permission comes to: statements, managed policies, and one line that a reviewer reads."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain

from keyless.estate.presets.catalogue import Access, Action, actions_matching, widest_access
from keyless.estate.presets.statement import Statement


@dataclass(frozen=True, slots=True)
class Grant:
    """What one permission gives a role.

    `summary` is one line without a full stop. `access` is the widest of what is granted:
    `permissions` (who may do what can be changed), `write`, or `read`. `assumes` has the ARNs of
    roles that a session can go on to assume, and thereby leave the permissions boundary. What those
    roles or a managed policy may do cannot be seen from here, so it counts as `permissions`.
    """

    statements: tuple[Statement, ...]
    managed_policy_arns: tuple[str, ...]
    summary: str
    access: Access
    assumes: tuple[str, ...] = ()

    @classmethod
    def of(cls, *statements: Statement, summary: str) -> "Grant":
        """Return the grant of these statements, its access taken from IAM's catalogue."""
        assumes = tuple(
            resource
            for statement in statements
            if _assumes_roles(statement.actions)
            for resource in statement.resources
        )
        access = _widest_access(frozenset(chain.from_iterable(s.actions for s in statements)))
        return cls(statements, (), summary, "permissions" if assumes else access, assumes)


class GrantError(ValueError):
    """A permission that is well written but does not fit the place it is granted in.

    `errors` has a sentence for everything that is wrong, without the path of the setting.
    """

    def __init__(self, *errors: str) -> None:
        super().__init__(" ".join(errors))
        self.errors = errors


@cache
def _widest_access(patterns: frozenset[str]) -> Access:
    return widest_access(_actions_of(patterns))


@cache
def _assumes_roles(patterns: tuple[str, ...]) -> bool:
    return any(action.name == "sts:AssumeRole" for action in _actions_of(patterns))


def _actions_of(patterns: Iterable[str]) -> Iterator[Action]:
    return chain.from_iterable(map(actions_matching, patterns))
