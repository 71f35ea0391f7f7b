"""What a stack's config describes: owner, account, repositories, contexts, roles.

Each model knows what can be checked of it alone. How it is read from YAML, and what is checked
between models, is in `keyless.estate.reading`; this room knows nothing of it.
"""

from keyless.estate.settings.environment import (
    DeployFrom,
    Environment,
    ReviewEnvironment,
    Reviewers,
)
from keyless.estate.settings.repository import ProtectedBranch, Repository, RolesAt, RolesOnly
from keyless.estate.settings.role import Granted, ReferencedBoundary, Role
from keyless.estate.settings.stack import (
    Defaults,
    Guardrail,
    OidcProvider,
    PermissionsBoundary,
    Settings,
    StackConfig,
)

__all__ = [
    "Defaults",
    "DeployFrom",
    "Environment",
    "Granted",
    "Guardrail",
    "OidcProvider",
    "PermissionsBoundary",
    "ProtectedBranch",
    "ReferencedBoundary",
    "Repository",
    "ReviewEnvironment",
    "Reviewers",
    "Role",
    "RolesAt",
    "RolesOnly",
    "Settings",
    "StackConfig",
]
