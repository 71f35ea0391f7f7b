"""The subjects (`sub`) of GitHub tokens: which job carries which text.

Both documented forms are written, name-based and immutable ("OpenID Connect reference", "Immutable
subject claims"): a repository emits one of them, and may change from the first to the second.
"""

from dataclasses import dataclass
from typing import Literal

from keyless.facts import (
    BRANCH_REF_PREFIX,
    ENVIRONMENT_PREFIX,
    PULL_REQUEST_CONTEXT,
    REF_PREFIX,
    REPOSITORY_PREFIX,
)

ContextKind = Literal["environment", "branch", "pull_requests", "whole_repository"]


@dataclass(frozen=True)
class RepositoryIdentity:
    """A repository by name, in GitHub's own letter case, and by the ids that names cannot forge."""

    owner: str
    owner_id: int
    name: str
    repository_id: int

    @property
    def full_name(self) -> str:
        """The name with its owner: `acme/storefront`."""
        return f"{self.owner}/{self.name}"


@dataclass(frozen=True)
class Context:
    """What a job must run in to be let in; only an environment and a branch carry a name."""

    kind: ContextKind
    name: str | None = None

    def __str__(self) -> str:
        """Write the context as resource names, outputs and command lines have it."""
        return self.kind if self.name is None else f"{self.kind}/{self.name}"

    @property
    def claim(self) -> str:
        """The part of the subject that follows the repository."""
        match self.kind:
            case "environment":
                return f"{ENVIRONMENT_PREFIX}{self.name}"
            case "branch":
                return f"{REF_PREFIX}{BRANCH_REF_PREFIX}{self.name}"
            case "pull_requests":
                return PULL_REQUEST_CONTEXT
            case "whole_repository":
                return "*"


def subjects(repository: RepositoryIdentity, context: Context) -> tuple[str, str]:
    """Return the name-based and the immutable subject of a context, in this order."""
    named = f"{repository.owner}/{repository.name}"
    immutable = (
        f"{repository.owner}@{repository.owner_id}/{repository.name}@{repository.repository_id}"
    )
    return (
        f"{REPOSITORY_PREFIX}{named}:{context.claim}",
        f"{REPOSITORY_PREFIX}{immutable}:{context.claim}",
    )
