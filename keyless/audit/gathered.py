"""What a file says beside its roles, put together with them once the file has ended.

Roles are handed out one at a time, and what they are granted may come after them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from keyless.audit.existing import (
    Beside,
    ExistingGroup,
    ExistingRole,
    ExistingUser,
    GivenGrant,
    ManagedPolicy,
)
from keyless.audit.rights import Rights
from keyless.rules.grant import Grant

_OF_AWS = ":iam::aws:policy/"


class Gathered:
    """Everything beside the roles of one run."""

    def __init__(self) -> None:
        self._policies: dict[str, object] = {}
        self._given: dict[tuple[str, str | None], list[Grant]] = {}
        self._groups: dict[tuple[str, str], tuple[Grant, ...]] = {}
        self._users: list[ExistingUser] = []

    def add(self, found: Beside) -> None:
        """Keep one thing."""
        if isinstance(found, ManagedPolicy):
            self._policies[found.arn] = found.document
        elif isinstance(found, GivenGrant):
            self._given.setdefault((found.file, found.role), []).append(found.grant)
        elif isinstance(found, ExistingGroup):
            self._groups[found.file, found.name] = found.grants
        else:
            self._users.append(found)

    def rights(self, role: ExistingRole) -> Rights | None:
        """Return everything that a role is granted; None where the file does not show it."""
        if role.rights is None:
            return None
        given = [*self._given.get((role.file, role.name), ())]
        given += self._given.get((role.file, None), ())
        return replace(role.rights, grants=self._shown((*role.rights.grants, *given)))

    def _shown(self, grants: Iterable[Grant]) -> tuple[Grant, ...]:
        """Return grants with the documents of managed policies.

        One of AWS's own stays a name: AWS changes what it allows.
        """
        return tuple(
            replace(each, document=self._policies[each.arn])
            if each.document is None and each.arn in self._policies and _OF_AWS not in each.arn
            else each
            for each in grants
        )

    def users(self) -> Iterator[ExistingUser]:
        """Yield users with everything that they are granted, by groups too."""
        for user in self._users:
            of_groups = (
                grant for name in user.groups for grant in self._groups.get((user.file, name), ())
            )
            yield replace(user, grants=self._shown((*user.grants, *of_groups)))
