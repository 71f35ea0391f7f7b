"""Every role of a stack as plain values, ready to be provisioned: names, trust, permissions.

Nothing here is looked up. What GitHub alone knows (ids and letter case of names) is handed in;
what AWS gives out later (ARNs) is composed, so that a first preview knows it all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from keyless.estate.naming import resource_name, role_name, variable_name
from keyless.estate.presets import Grant, Place, Statement, as_document
from keyless.estate.settings import Granted, Role, RolesAt, Settings
from keyless.estate.subject import Context, RepositoryIdentity, subjects
from keyless.estate.trust_policy import Trust, trust_policy
from keyless.estate.values.aws import GUARD_TAG

Visibility = Literal["public", "private", "internal"]
_SHORTEST_MAXIMUM_SECONDS = 3600


@dataclass(frozen=True)
class RepositoryFound:
    """A repository as GitHub answers: its full name in canonical letter case, and its id."""

    full_name: str
    repository_id: int
    visibility: Visibility = "private"


@dataclass(frozen=True)
class ComposedRole:
    """One role: who gets in, what it may do, and which variable names it.

    `repository` is the key of the config's entry. `policies` contains the documents of the role's
    inline policies by their names; none where managed policies are all it has. `session_minutes` is
    what a workflow asks for, `max_session_seconds` what the role allows. `grants` pairs each
    preset's name with what it comes to, in the order of the config.
    """

    repository: str
    identity: RepositoryIdentity
    context: Context
    function: str
    resource_name: str
    role_name: str
    role_path: str
    role_arn: str
    description: str
    trust: Trust
    trust_policy: dict[str, Any]
    policies: Mapping[str, Mapping[str, Any]]
    managed_policy_arns: tuple[str, ...]
    boundary_arn: str
    tags: Mapping[str, str]
    session_minutes: int
    max_session_seconds: int
    region: str
    variable: str
    grants: tuple[tuple[str, Grant], ...]

    @property
    def subjects(self) -> tuple[str, str]:
        """The subjects that are let in, name-based and immutable."""
        return subjects(self.identity, self.context)


def as_typed(settings: Settings) -> dict[str, RepositoryFound]:
    """Take the config at its word: every repository as if GitHub had answered just that."""
    return {
        name: RepositoryFound(f"{settings.owner}/{name}", repository.id)
        for name, repository in settings.repositories.items()
    }


def compose_roles(
    settings: Settings, found: Mapping[str, RepositoryFound]
) -> tuple[ComposedRole, ...]:
    """Compose every role of the stack, in the order of the config.

    `found` contains GitHub's answer for each key of `settings.repositories`.
    Raises GrantError for a permission that does not fit its place (`read_settings` finds those).
    """
    return tuple(
        compose_role(settings, key, found[key].full_name, at, function)
        for key, repository in settings.repositories.items()
        for at in repository.contexts()
        for function in at.roles
    )


def compose_role(
    settings: Settings, key: str, full_name: str, at: RolesAt, function: str
) -> ComposedRole:
    """Compose one role of the entry `key`; `full_name` is the repository's, in GitHub's case."""
    context, role = at.context, at.roles[function]
    identity = pinned_identity(settings, key, full_name)
    place = place_of(settings, at)
    granted = [(each, each.permission.grant(place)) for each in role.granted()]
    name = role.role_name or role_name(identity.owner, identity.name, context, function)
    path = role.role_path or settings.defaults.role_path
    minutes = role.session_minutes or settings.defaults.session_minutes
    trust = Trust(
        repository=identity,
        context=context,
        refs=_refs(settings, at),
        workflows=role.workflows,
        until=role.until,
    )
    return ComposedRole(
        repository=key,
        identity=identity,
        context=context,
        function=function,
        resource_name=resource_name(key, context, function),
        role_name=name,
        role_path=path,
        role_arn=f"arn:{settings.partition.name}:iam::{settings.account}:role{path}{name}",
        description=f"{identity.full_name} {context} {function}",
        trust=trust,
        trust_policy=trust_policy(
            trust,
            issuer=settings.issuer,
            partition=settings.partition,
            account=settings.account,
        ),
        policies=_documents(granted),
        managed_policy_arns=_each_once(arn for _, g in granted for arn in g.managed_policy_arns),
        boundary_arn=_boundary_arn(settings, role),
        tags=_tags(settings, role, path),
        session_minutes=minutes,
        max_session_seconds=max(_SHORTEST_MAXIMUM_SECONDS, minutes * 60),
        region=place.region,
        variable=role.variable or variable_name(settings.stack, context, function),
        grants=tuple((each.permission.preset, grant) for each, grant in granted),
    )


def pinned_identity(settings: Settings, key: str, full_name: str) -> RepositoryIdentity:
    """Join a repository's name, in GitHub's letter case, with the ids that the config pins."""
    owner, _, name = full_name.partition("/")
    return RepositoryIdentity(owner, settings.owner_id, name, settings.repositories[key].id)


def place_of(settings: Settings, at: RolesAt) -> Place:
    """Return where the roles of a context do their work: an environment may say its own region."""
    own = at.environment.region if at.environment else None
    return Place(settings.partition.name, settings.account, own or settings.region)


def _documents(granted: Iterable[tuple[Granted, Grant]]) -> dict[str, dict[str, Any]]:
    statements: dict[str, list[Statement]] = {}
    for each, grant in granted:
        statements.setdefault(each.policy, []).extend(grant.statements)
    return {policy: as_document(listed) for policy, listed in statements.items() if listed}


def _tags(settings: Settings, role: Role, path: str) -> Mapping[str, str]:
    """Return the stack's tags and the role's, and what guards one that the path does not."""
    tags = {**settings.defaults.tags, **role.tags}
    if path.startswith(settings.defaults.role_path):
        return tags
    return {**tags, GUARD_TAG: settings.stack}


def _refs(settings: Settings, at: RolesAt) -> tuple[str, ...]:
    if at.environment and settings.issuer.fills_github_claims(settings.partition):
        return at.environment.deploy_from.literal_refs
    return ()


def _boundary_arn(settings: Settings, role: Role) -> str:
    own = role.permissions_boundary
    return settings.permissions_boundary_arn if own is None else own.arn


def _each_once(arns: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(arns))
