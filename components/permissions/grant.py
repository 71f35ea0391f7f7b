"""What a permission comes to: statements, managed policies, and one line that a reviewer reads."""

from dataclasses import dataclass
from typing import Literal

from components.permissions.statement import Statement

Access = Literal["read", "write", "permissions"]


@dataclass(frozen=True, slots=True)
class Grant:
    """What one permission gives a role.

    `summary` is one line without a full stop. `access` is the widest of what is granted:
    `permissions` (who may do what can be changed), `write`, or `read`. `assumes` holds the ARNs of
    roles that a session can go on to assume, and thereby leave the permissions boundary.
    """

    statements: tuple[Statement, ...]
    managed_policy_arns: tuple[str, ...]
    summary: str
    access: Access
    assumes: tuple[str, ...] = ()


class GrantError(ValueError):
    """A permission that is well written but does not fit the place it is granted in.

    `errors` holds a sentence for everything that is wrong, without the path of the setting.
    """

    def __init__(self, *errors: str) -> None:
        super().__init__(" ".join(errors))
        self.errors = errors
