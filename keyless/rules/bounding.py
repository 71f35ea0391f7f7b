"""The permissions boundary that a statement asks for on what it changes."""

from collections.abc import Collection

from keyless.rules.permissions import Statement, is_wild

SETS_A_BOUNDARY = frozenset({"iam:PutRolePermissionsBoundary"})
"""Here the key iam:PermissionsBoundary is the boundary to come, not that of the role."""

BOUNDED = frozenset(
    {
        "iam:AttachRolePolicy",
        "iam:AttachUserPolicy",
        "iam:CreateRole",
        "iam:CreateUser",
        "iam:DeleteRolePolicy",
        "iam:DeleteUserPolicy",
        "iam:DetachRolePolicy",
        "iam:DetachUserPolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
        "iam:PutUserPermissionsBoundary",
        "iam:PutUserPolicy",
    }
)
"""Actions that know the key iam:PermissionsBoundary, except those that take a boundary off."""

_KEY = "iam:permissionsboundary"
_OPERATORS = frozenset({"stringequals", "arnequals"})


def values_of(statement: Statement, key: str) -> frozenset[str]:
    """Return the exact values to one of which IAM keeps a key of a statement; empty: to none."""
    values = frozenset(
        value
        for operator, keys in statement.conditions.items()
        if operator.lower() in _OPERATORS
        for value in keys.get(key, ())
    )
    return frozenset() if any(map(is_wild, values)) else values


def required_boundaries(statement: Statement, boundaries: Collection[str]) -> frozenset[str]:
    """Return the boundaries to one of which IAM itself keeps a statement; empty: to none.

    `boundaries` are those that count; without any, every exact one does.
    """
    required = values_of(statement, _KEY)
    return required if not boundaries or required.issubset(boundaries) else frozenset()
