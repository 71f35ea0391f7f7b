"""What a stack says of one repository: its roles, environments, patterns and variables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from keyless.estate.access_output import access_output
from keyless.estate.composed_roles import as_typed, compose_roles
from keyless.estate.issuer import Issuer
from keyless.estate.naming import REGION_VARIABLE
from keyless.estate.settings import Settings
from keyless.estate.subject import Context, RepositoryIdentity
from keyless.estate.trust_policy import Trust, trust_policy
from keyless.facts import partition_of
from keyless.jobs.scope import Variables
from keyless.rehearse.expectation import Expectation
from keyless.rehearse.token import Repository
from keyless.stack.role import Role
from keyless.stack.role_list import read_roles
from keyless.trust import Judgement, judge

_SHORTEST_MAXIMUM_SECONDS = 3600


@dataclass(frozen=True)
class StackRole:
    """One role of the stack, with the judgement of its own trust policy."""

    described: Role
    judgement: Judgement = field(repr=False)

    @property
    def name(self) -> str:
        """The role's name without its path."""
        return self.described.role_name

    @property
    def environment(self) -> str | None:
        """The environment that the role trusts; None for another context."""
        is_one = self.described.context_kind == "environment"
        return self.described.context_name if is_one else None

    @property
    def maximum_seconds(self) -> int:
        """The longest session that a job may ask for."""
        return max(_SHORTEST_MAXIMUM_SECONDS, self.described.session_minutes * 60)


@dataclass(frozen=True)
class StackEnvironment:
    """One environment of the stack: who may deploy, and what its jobs see."""

    name: str
    branches: tuple[str, ...]
    tags: tuple[str, ...]
    variables: Mapping[str, str]

    def lets(self, repository: Repository, ref: str) -> bool:
        """Tell whether GitHub lets a ref deploy, by the rules of `rehearse`."""
        return Expectation(
            repository=repository,
            kind="environment",
            name=self.name,
            branches=self.branches,
            tags=self.tags,
            refs_known=True,
            workflows=(),
        ).lets(ref)


@dataclass(frozen=True, kw_only=True)
class StackRepository:
    """The stack's entry of one repository; `environments` is by name, letter case ignored.

    `issuer` is without its scheme. `variables` are those of the repository, by name in capitals,
    beside the ones that name roles.
    """

    identity: Repository
    issuer: str
    roles: tuple[StackRole, ...]
    environments: Mapping[str, StackEnvironment]
    variables: Mapping[str, str] = field(default_factory=dict)

    def environment(self, name: str) -> StackEnvironment | None:
        """Return an environment of the entry; None where the entry has none of that name."""
        return self.environments.get(name.casefold())

    def of_environment(self, name: str) -> tuple[StackRole, ...]:
        """Return the roles that trust an environment."""
        folded = name.casefold()
        return tuple(r for r in self.roles if (r.environment or "").casefold() == folded)

    @cached_property
    def elsewhere(self) -> Variables:
        """The variables that a job without an environment sees."""
        return Variables(self._repository_variables, self._environment_names)

    def inside(self, name: str) -> Variables:
        """Return the variables that a job in an environment sees."""
        environment = self.environment(name)
        own = environment.variables if environment else {}
        visible = {**self._repository_variables, **own}
        return Variables(visible, self._environment_names - set(visible))

    @cached_property
    def in_any(self) -> Variables:
        """The variables that a job sees whose environment is not known."""
        return Variables(self._repository_variables)

    @cached_property
    def _repository_variables(self) -> Mapping[str, str]:
        named = {
            role.described.variable: role.described.role_arn
            for role in self.roles
            if role.environment is None
        }
        return {**self.variables, **named}

    @cached_property
    def _environment_names(self) -> frozenset[str]:
        return frozenset(
            name for environment in self.environments.values() for name in environment.variables
        )


def from_settings(settings: Settings) -> tuple[StackRepository, ...]:
    """Return what a stack file says, repositories without roles included."""
    accesses = compose_roles(settings, as_typed(settings))
    described = read_roles("the stack file", access_output(settings, accesses))
    policies = {access.role_arn: access.trust_policy for access in accesses}
    roles = [StackRole(role, judge(policies[role.role_arn])) for role in described]
    found = []
    for name, entry in settings.repositories.items():
        identity = Repository(settings.owner, str(settings.owner_id), name, str(entry.id))
        own = tuple(role for role in roles if role.described.repository == name)
        environments = {
            key.casefold(): StackEnvironment(
                key,
                environment.deploy_from.branch_patterns,
                environment.deploy_from.tags,
                {
                    **{name.upper(): value for name, value in environment.variables.items()},
                    REGION_VARIABLE: environment.region or settings.region,
                    **_role_variables(own, key),
                },
            )
            for _, key, environment in entry.every_environment()
        }
        found.append(
            StackRepository(
                identity=identity,
                issuer=settings.issuer.key_prefix,
                roles=own,
                environments=environments,
            )
        )
    return tuple(found)


def from_access(described: Sequence[Role]) -> tuple[StackRepository, ...]:
    """Return what a stack's output `access` says; environments without roles are not in it."""
    roles = [StackRole(role, judge(_policy(role))) for role in described]
    by_name: dict[str, list[StackRole]] = {}
    for role in roles:
        by_name.setdefault(role.described.full_name, []).append(role)
    return tuple(_repository(tuple(own)) for own in by_name.values())


def _repository(own: tuple[StackRole, ...]) -> StackRepository:
    first = own[0].described
    identity = Repository(
        first.owner, str(first.owner_id), first.repository, str(first.repository_id)
    )
    environments = {
        role.environment.casefold(): StackEnvironment(
            role.environment,
            role.described.branches,
            role.described.tags,
            {REGION_VARIABLE: role.described.region, **_role_variables(own, role.environment)},
        )
        for role in own
        if role.environment is not None
    }
    return StackRepository(
        identity=identity,
        issuer=Issuer(first.issuer).key_prefix,
        roles=own,
        environments=environments,
    )


def _role_variables(own: Iterable[StackRole], environment: str) -> Mapping[str, str]:
    return {
        role.described.variable: role.described.role_arn
        for role in own
        if role.environment == environment
    }


def _policy(role: Role) -> Mapping[str, object]:
    """Compose the trust policy that the stack writes for a role of its output."""
    identity = RepositoryIdentity(role.owner, role.owner_id, role.repository, role.repository_id)
    context = Context(role.context_kind, role.context_name)
    return trust_policy(
        Trust(repository=identity, context=context, refs=role.refs, workflows=role.workflows),
        issuer=Issuer(role.issuer),
        partition=partition_of(role.region),
        account=role.account,
    )
