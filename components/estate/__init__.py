"""What a stack's config describes: owner, account, repositories, contexts, roles.

Each noun knows what can be checked of it alone. How it is read from YAML, and what is checked
between nouns, stands in `components.settings`; this room knows nothing of it.
"""

from components.estate.environment import DeployFrom, Environment, Reviewers
from components.estate.repository import ProtectedBranch, Repository, RolesAt, RolesOnly
from components.estate.role import ReferencedBoundary, Role
from components.estate.stack import (
    Defaults,
    OidcProvider,
    PermissionsBoundary,
    Settings,
    StackConfig,
)

__all__ = [
    "Defaults",
    "DeployFrom",
    "Environment",
    "OidcProvider",
    "PermissionsBoundary",
    "ProtectedBranch",
    "ReferencedBoundary",
    "Repository",
    "Reviewers",
    "Role",
    "RolesAt",
    "RolesOnly",
    "Settings",
    "StackConfig",
]
