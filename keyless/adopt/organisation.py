"""A GitHub organisation as it is before a stack comes; who asks GitHub is elsewhere."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from keyless.facts import PULL_REQUEST_CONTEXT, REPOSITORY_PREFIX
from keyless.ref_patterns import Kind

DeployFrom = Literal["any", "protected", "named"]
OF_THE_ORGANISATION = ("the organisation's template",)
"""The template of a repository that has neither GitHub's default nor one of its own: not read."""

_DEFAULT_TEMPLATE = ("repo", "context")


@dataclass(frozen=True)
class Pattern:
    """One branch or tag pattern of an environment."""

    id: int
    kind: Kind
    name: str


@dataclass(frozen=True)
class FoundEnvironment:
    """One environment with its rules; `patterns` count where `deploy_from` is `named`."""

    name: str
    users: tuple[str, ...]
    teams: tuple[str, ...]
    prevent_self_review: bool
    admins_bypass: bool
    wait_minutes: int
    deploy_from: DeployFrom
    patterns: tuple[Pattern, ...]
    variables: Mapping[str, str]
    secrets: tuple[str, ...]

    @property
    def is_reviewed(self) -> bool:
        """Whether somebody has to approve."""
        return bool(self.users or self.teams)

    def named(self, kind: Kind) -> tuple[str, ...]:
        """Return the patterns of a kind."""
        return tuple(one.name for one in self.patterns if one.kind == kind)


@dataclass(frozen=True)
class FoundRuleset:
    """One ruleset of the repository itself: it is reported, never taken over."""

    name: str
    target: str
    enforcement: str
    rules: tuple[str, ...]


@dataclass(frozen=True)
class FoundRepository:
    """One repository; `template` are the claims of its subject, empty for GitHub's default.

    `files` are its workflow files by path, `read` returns any other file.
    """

    name: str
    id: int
    default_branch: str
    archived: bool
    environments: tuple[FoundEnvironment, ...]
    variables: Mapping[str, str]
    secrets: tuple[str, ...]
    template: tuple[str, ...]
    is_immutable: bool
    rulesets: tuple[FoundRuleset, ...]
    files: Mapping[str, bytes] = field(repr=False)
    read: Callable[[str], bytes | None] = field(repr=False)

    @property
    def is_customised(self) -> bool:
        """Whether its tokens carry another subject than GitHub's default."""
        return bool(self.template) and self.template != _DEFAULT_TEMPLATE

    def environment(self, name: str) -> FoundEnvironment | None:
        """Return an environment; letter case does not count, as on GitHub."""
        folded = name.casefold()
        return next((one for one in self.environments if one.name.casefold() == folded), None)

    def subject(self, context: str, claims: Mapping[str, str], full_name: str, owner: str) -> str:
        """Return the subject of a token today; `claims` are its others, `owner` is `LOGIN@ID`."""
        ids = f"{owner}/{self.name}@{self.id}"
        repository = f"{REPOSITORY_PREFIX}{ids if self.is_immutable else full_name}"
        if not self.is_customised or self.template == OF_THE_ORGANISATION:
            return f"{repository}:{context}"
        parts = {"repo": repository, "context": context}
        return ":".join(parts.get(key) or f"{key}:{claims.get(key, '')}" for key in self.template)


@dataclass(frozen=True)
class Organisation:
    """The owner with its repositories; `moved` are former full names with today's name."""

    login: str
    id: int
    repositories: tuple[FoundRepository, ...]
    moved: Mapping[str, str] = field(default_factory=dict)

    def repository(self, full_name: str) -> FoundRepository | None:
        """Return a repository by owner and name; letter case does not count."""
        owner, _, name = full_name.casefold().partition("/")
        if owner != self.login.casefold():
            return None
        return next((one for one in self.repositories if one.name.casefold() == name), None)

    def full_name(self, repository: FoundRepository) -> str:
        """Return a repository's name with its owner."""
        return f"{self.login}/{repository.name}"


def is_pull_request(context: str) -> bool:
    """Tell whether a context is that of pull requests."""
    return context == PULL_REQUEST_CONTEXT
