"""Hold what exists on the stand-in: organisations, users, teams, repositories and what hangs there.

Plain dataclasses. A test that changes a field plays an administrator who acts by hand; while the
stand-in is being served it takes the journal's `turn` to do so. What GitHub refuses is judged by
the routes, so a hand can write here what no request could.
"""

import hashlib
import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, TypeVar

from keyless.facts import Plan

Role = Literal["read", "triage", "write", "maintain", "admin"]
ROLES: tuple[Role, ...] = ("read", "triage", "write", "maintain", "admin")
"""What an account may do in a repository, weakest first."""

Visibility = Literal["public", "private", "internal"]
DeploymentBranches = Literal["all", "protected", "custom"]
RefKind = Literal["branch", "tag"]
Found = TypeVar("Found")


class UnknownNameError(LookupError):
    """Name something that does not exist."""


@dataclass
class PublicKey:
    """Hold an SSH key that a user shows to everybody."""

    id: int
    key: str


@dataclass
class GpgKey:
    """Hold a GPG key that a user shows to everybody."""

    id: int
    key_id: str
    public_key: str
    created_at: datetime


@dataclass(eq=False)
class User:
    """Hold a person's account."""

    id: int
    login: str
    created_at: datetime
    name: str | None = None
    keys: list[PublicKey] = field(default_factory=list)
    gpg_keys: list[GpgKey] = field(default_factory=list)


@dataclass
class Secret:
    """Hold the name of a secret; no value is ever kept."""

    name: str
    created_at: datetime
    updated_at: datetime


@dataclass
class OrganisationSecret(Secret):
    """Hold the name of an organisation's secret and the repositories that may use it."""

    visibility: Literal["all", "private", "selected"] = "private"
    repository_ids: set[int] = field(default_factory=set)


@dataclass(eq=False)
class Organisation:
    """Hold an organisation.

    `members` maps user ids to their part; an `admin` owns the organisation. `default_role` is what
    every member may do in its repositories. `immutable_subjects` is its setting for repositories
    that have none of their own.
    """

    id: int
    login: str
    plan: Plan
    created_at: datetime
    members: dict[int, Literal["member", "admin"]] = field(default_factory=dict)
    default_role: Role | None = None
    secrets: dict[str, OrganisationSecret] = field(default_factory=dict)
    include_claim_keys: list[str] = field(default_factory=lambda: ["repo", "context"])
    immutable_subjects: bool = False


@dataclass(eq=False)
class Team:
    """Hold a team; a child has the access of its parent too."""

    id: int
    organisation: Organisation
    slug: str
    name: str
    created_at: datetime
    members: set[int] = field(default_factory=set)
    parent: "Team | None" = None


@dataclass
class Branch:
    """Hold a branch; `protected` says whether a branch protection rule applies to it."""

    name: str
    sha: str
    protected: bool = False


@dataclass
class Variable:
    """Hold a configuration variable; its name is in capitals."""

    name: str
    value: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Reviewer:
    """Name a required reviewer by kind and id."""

    kind: Literal["User", "Team"]
    id: int


@dataclass
class DeploymentBranchPolicy:
    """Hold one name pattern of branches or tags that may deploy."""

    id: int
    name: str
    kind: RefKind = "branch"


@dataclass
class Environment:
    """Hold an environment; freshly made, it protects nothing.

    `wait_timer` is in minutes. `policies` count only while `deployment_branches` is `custom`.
    `variables` and `secrets` are keyed by their names in capitals.
    """

    id: int
    name: str
    created_at: datetime
    updated_at: datetime
    wait_timer: int = 0
    reviewers: list[Reviewer] = field(default_factory=list)
    prevent_self_review: bool = False
    can_admins_bypass: bool = True
    deployment_branches: DeploymentBranches = "all"
    policies: dict[int, DeploymentBranchPolicy] = field(default_factory=dict)
    variables: dict[str, Variable] = field(default_factory=dict)
    secrets: dict[str, Secret] = field(default_factory=dict)


@dataclass
class Ruleset:
    """Hold a ruleset; `bypass_actors`, `conditions` and `rules` are kept as GitHub spells them."""

    id: int
    name: str
    target: str
    enforcement: str
    created_at: datetime
    updated_at: datetime
    bypass_actors: list[dict[str, object]] = field(default_factory=list)
    conditions: dict[str, object] = field(default_factory=dict)
    rules: list[dict[str, object]] = field(default_factory=list)


@dataclass
class SubjectCustomisation:
    """Hold how a repository's tokens spell their subject.

    `immutable` is None where the organisation decides.
    """

    use_default: bool = True
    include_claim_keys: list[str] = field(default_factory=list)
    immutable: bool | None = None


@dataclass
class ActionsPermissions:
    """Hold which actions a repository runs."""

    enabled: bool = True
    allowed_actions: Literal["all", "local_only", "selected"] = "all"
    sha_pinning_required: bool = False


@dataclass(eq=False)
class Repository:
    """Hold a repository; `teams` and `collaborators` map ids to roles.

    `files` are those of the default branch, by path.
    """

    id: int
    owner: Organisation
    name: str
    visibility: Visibility
    created_at: datetime
    default_branch: str = "main"
    archived: bool = False
    teams: dict[int, Role] = field(default_factory=dict)
    collaborators: dict[int, Role] = field(default_factory=dict)
    branches: list[Branch] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    environments: dict[str, Environment] = field(default_factory=dict)
    variables: dict[str, Variable] = field(default_factory=dict)
    secrets: dict[str, Secret] = field(default_factory=dict)
    rulesets: dict[int, Ruleset] = field(default_factory=dict)
    subject: SubjectCustomisation = field(default_factory=SubjectCustomisation)
    actions: ActionsPermissions = field(default_factory=ActionsPermissions)

    @property
    def full_name(self) -> str:
        """Return owner and name in their canonical letter case."""
        return f"{self.owner.login}/{self.name}"

    def environment(self, name: str) -> Environment:
        """Return an environment by its name in any letter case.

        Raises UnknownNameError when there is none.
        """
        try:
            return self.environments[name.casefold()]
        except KeyError:
            raise UnknownNameError(f"{self.full_name}: no environment {name!r}") from None


def _utc_now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@dataclass
class GitHubState:
    """Hold everything that exists on the stand-in.

    `redirects` maps former full names in small letters to repository ids. `tokens` are those that
    are accepted; `secrets_readable` says whether they may list secrets, too, and
    `organisation_secrets_readable` whether those of organisations in one list.
    """

    organisations: dict[int, Organisation] = field(default_factory=dict)
    users: dict[int, User] = field(default_factory=dict)
    teams: dict[int, Team] = field(default_factory=dict)
    repositories: dict[int, Repository] = field(default_factory=dict)
    redirects: dict[str, int] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    secrets_readable: bool = True
    organisation_secrets_readable: bool = True
    calls: int = 0
    now: Callable[[], datetime] = _utc_now
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(20_000_001))

    def new_id(self) -> int:
        """Return an id that nothing has yet."""
        return next(self._ids)

    def organisation(self, login: str) -> Organisation:
        """Return an organisation by its login in any letter case.

        Raises UnknownNameError when there is none.
        """
        return _named(login, ((o.login, o) for o in self.organisations.values()))

    def user(self, login: str) -> User:
        """Return a user by login in any letter case.

        Raises UnknownNameError when there is none.
        """
        return _named(login, ((u.login, u) for u in self.users.values()))

    def team(self, organisation: str, slug: str) -> Team:
        """Return a team by its organisation's login and its slug.

        Raises UnknownNameError when there is none.
        """
        owner = self.organisation(organisation)
        return _named(slug, ((t.slug, t) for t in self.teams.values() if t.organisation is owner))

    def repository(self, full_name: str) -> Repository:
        """Return a repository by its present full name in any letter case.

        Raises UnknownNameError when there is none.
        """
        return _named(full_name, ((r.full_name, r) for r in self.repositories.values()))

    def create_repository(
        self, owner: Organisation, name: str, visibility: Visibility
    ) -> Repository:
        """Create a repository without a branch; its subjects are of the immutable form."""
        repository = Repository(self.new_id(), owner, name, visibility, self.now())
        repository.subject.immutable = True
        self.redirects.pop(repository.full_name.casefold(), None)
        self.repositories[repository.id] = repository
        return repository

    def add_branch(self, repository: Repository, name: str) -> None:
        """Add a branch whose commit is made up, always the same for a name."""
        commit = hashlib.sha256(f"{repository.name}{name}".encode()).hexdigest()[:40]
        repository.branches.append(Branch(name, commit))

    def rename(self, repository: Repository, name: str) -> None:
        """Rename a repository; its former name redirects to it."""
        self.redirects[repository.full_name.casefold()] = repository.id
        repository.name = name

    def create_environment(self, repository: Repository, name: str) -> Environment:
        """Create an environment that protects nothing, as naming it in a workflow does."""
        now = self.now()
        environment = Environment(self.new_id(), name, created_at=now, updated_at=now)
        repository.environments[name.casefold()] = environment
        return environment

    def set_variable(self, variables: dict[str, Variable], name: str, value: str) -> None:
        """Create or change a variable among those of a repository or an environment."""
        now = self.now()
        known = variables.get(name.upper())
        created = known.created_at if known else now
        variables[name.upper()] = Variable(name.upper(), value, created, now)

    def add_secret(self, secrets: dict[str, Secret], name: str) -> None:
        """Add the name of a secret to those of a repository or an environment."""
        now = self.now()
        secrets[name.upper()] = Secret(name.upper(), now, now)


def _named(name: str, known: Iterable[tuple[str, Found]]) -> Found:
    wanted = name.casefold()
    for candidate, found in known:
        if candidate.casefold() == wanted:
            return found
    raise UnknownNameError(f"{name!r} does not exist")
