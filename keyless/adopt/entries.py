"""Write what was decided as entries of a stack file, with a comment over what was guessed.

Plain data; every entry is read by the reader of stack files before it counts. The texts are in
`stack_files`.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from keyless.adopt.decided import Decided, RoleDecision
from keyless.adopt.environments import EnvironmentDecision
from keyless.adopt.organisation import FoundRepository
from keyless.adopt.permitted import Reason
from keyless.adopt.tags import said_tags, tag_remarks
from keyless.adopt.widening import let_in_anew
from keyless.estate.composed_roles import as_typed, compose_roles
from keyless.estate.naming import (
    DEFAULT_POLICY,
    REGION_VARIABLE,
    resource_name,
    role_name,
    variable_name,
)
from keyless.estate.reading import SettingsError, read_settings
from keyless.estate.settings import Settings
from keyless.estate.subject import Context
from keyless.facts import (
    BRANCH_REF_PREFIX,
    ENCODED_COLON,
    ENVIRONMENT_PREFIX,
    GITHUB_COM,
    REF_PREFIX,
    partition_of,
)
from keyless.narrowing.recognition import Entry, is_guess, rights

Keys = tuple[str, ...]
SHORTEST_MINUTES = 60
"""How long a session is where an entry does not say it; none is allowed less."""

_NOT_SAID = "no-entry"
_NO_PROJECT = Path(os.devnull)
"""Entries are read without the files of whatever folder the command runs in."""


@dataclass
class WrittenRepository:
    """The entry of one repository, the comments by the keys that they are over.

    `adopted` are the roles that are taken over, by the name of their resource; `replacing` are
    those that new roles take the place of.
    """

    found: FoundRepository
    entry: dict[str, Any]
    comments: dict[Keys, str] = field(default_factory=dict)
    adopted: dict[str, RoleDecision] = field(default_factory=dict)
    replacing: dict[str, RoleDecision] = field(default_factory=dict)


@dataclass(frozen=True)
class Written:
    """All entries, the decisions that they rest on, and the settings that they come to."""

    decided: Decided
    stack: str
    repositories: tuple[WrittenRepository, ...]
    settings: Settings

    @property
    def adopted(self) -> Mapping[str, RoleDecision]:
        """The roles that are taken over, by the name of their resource."""
        return {name: one for each in self.repositories for name, one in each.adopted.items()}

    @property
    def names(self) -> Mapping[str, list[str]]:
        """The names of the roles that are taken over or new, by the ARN of the role they are of."""
        found: dict[str, list[str]] = {}
        of = {name: one for each in self.repositories for name, one in each.replacing.items()}
        of |= self.adopted
        for composed in compose_roles(self.settings, as_typed(self.settings)):
            arn = of[composed.resource_name].role.arn
            found.setdefault(arn, []).append(composed.role_name)
        return found


def write_entries(decided: Decided, stack: str) -> Written:
    """Write the entries; what no entry can say becomes a refusal."""
    kept = _sayable(decided, stack)
    repositories = tuple(_Writing(kept, stack, one).written() for one in _with_entries(kept))
    settings = _settings(kept, stack, {one.found.name: one.entry for one in repositories})
    return Written(kept, stack, repositories, settings)


def config_of(decided: Decided) -> dict[str, Any]:
    """Return the stack's config but for its repositories."""
    config: dict[str, Any] = {
        "aws:region": decided.region,
        "aws:allowedAccountIds": [decided.account.number],
        "github:owner": decided.organisation.login,
        "keyless:owner_id": decided.organisation.id,
    }
    if decided.issuer != GITHUB_COM:
        config["keyless:issuer"] = f"https://{decided.issuer}"
    refused = [one.provider.arn for one in decided.providers if one.decision == "refuse"]
    own = [arn for arn in refused if arn.endswith(f"/{decided.issuer}")]
    if own:
        config["keyless:oidc_provider"] = {"arn": own[0]}
    if decided.role_path != "/keyless/":
        config["keyless:defaults"] = {"role_path": decided.role_path}
    return config


def context_of(context: str) -> Context:
    """Return a context of a subject as settings have it."""
    if context.startswith(ENVIRONMENT_PREFIX):
        name = context.removeprefix(ENVIRONMENT_PREFIX).replace(ENCODED_COLON, ":")
        return Context("environment", name)
    branch = f"{REF_PREFIX}{BRANCH_REF_PREFIX}"
    if context.startswith(branch):
        return Context("branch", context.removeprefix(branch))
    return Context("pull_requests")


def _with_entries(decided: Decided) -> Iterator[FoundRepository]:
    """Yield the repositories that something is written for.

    A stack refuses one whose subject is customised, and cannot write to one that is archived.
    """
    named = {one.repository.id for one in decided.environments if one.decision != "refuse"}
    named |= {
        one.repository.id for one in decided.roles if one.repository and one.decision != "refuse"
    }
    every = decided.organisation.repositories
    return (o for o in every if o.id in named and not o.is_customised and not o.archived)


def _settings(decided: Decided, stack: str, entries: Mapping[str, Any]) -> Settings:
    raw = {**config_of(decided), "keyless:repositories": dict(entries)}
    return read_settings(raw, stack=stack, root=_NO_PROJECT)


def _sayable(decided: Decided, stack: str) -> Decided:
    """Return the decisions without those that no entry can say: each is tried by itself."""
    environments = tuple(_tried_environment(decided, stack, one) for one in decided.environments)
    decided = replace(decided, environments=environments)
    return replace(decided, roles=tuple(_tried_role(decided, stack, one) for one in decided.roles))


def _tried_environment(
    decided: Decided, stack: str, one: EnvironmentDecision
) -> EnvironmentDecision:
    if one.decision == "refuse":
        return one
    entry = {"id": one.repository.id, "environments": {one.environment.name: _environment(one)}}
    said = _problem(decided, stack, one.repository.name, entry)
    return replace(one, decision="refuse", why=_NOT_SAID, says=said, changes=()) if said else one


def _tried_role(decided: Decided, stack: str, one: RoleDecision) -> RoleDecision:
    if one.decision == "refuse" or one.repository is None:
        return one
    for context in one.contexts or ([one.context] if one.context else []):
        name = context.removeprefix(ENVIRONMENT_PREFIX).replace(ENCODED_COLON, ":")
        found = decided.environment(one.repository, name) if name != context else None
        if found and found.decision == "refuse":
            return replace(one, decision="refuse", why=found.why, says=found.says, contexts=())
    alone = replace(decided, roles=(one,))
    written = _Writing(alone, stack, one.repository).written()
    try:
        settings = _settings(decided, stack, {one.repository.name: written.entry})
    except SettingsError as error:
        said = next(iter(error.errors))
        return replace(one, decision="refuse", why=_NOT_SAID, says=said, contexts=())
    if widened := _widened(decided, settings, written):
        why, said = widened
        return replace(one, decision="refuse", why=why, says=said, contexts=())
    return one


def _widened(decided: Decided, settings: Settings, written: WrittenRepository) -> Reason | None:
    """Say which token the entry of a role would let in that the role keeps out."""
    of = {**written.replacing, **written.adopted}
    audience = partition_of(decided.region).audience
    for composed in compose_roles(settings, as_typed(settings)):
        one = of.get(composed.resource_name)
        found = one and let_in_anew(
            one,
            composed.context.claim,
            composed.trust_policy,
            decided.organisation,
            decided.issuer,
            audience,
        )
        if found:
            says = (
                f'The trust policy keeps out the token with sub "{found.subject}", which the stack '
                "would let in"
            )
            if found.is_dead:
                return "dead", (
                    f"{says}: a claim is asked for otherwise than GitHub has it. Nobody gets in "
                    "there today. Write it as GitHub does, or delete the role."
                )
            return "narrower-trust", (
                f"{says} from another branch, tag or workflow. Taking the role over would widen "
                "it. Take the condition out first."
            )
    return None


def _problem(decided: Decided, stack: str, name: str, entry: Mapping[str, Any]) -> str:
    try:
        _settings(decided, stack, {name: entry})
    except SettingsError as error:
        return next(iter(error.errors))
    return ""


def _environment(one: EnvironmentDecision) -> dict[str, Any]:
    found = one.environment
    deploy_from = {
        "branches": list(found.named("branch")),
        "tags": list(found.named("tag")),
    }
    reviewers = {"users": list(found.users), "teams": list(found.teams)}
    entry: dict[str, Any] = {
        "deploy_from": {key: names for key, names in deploy_from.items() if names},
        "reviewers": {key: names for key, names in reviewers.items() if names} or "none",
    }
    if found.wait_minutes:
        entry["wait_minutes"] = found.wait_minutes
    return entry


class _Writing:
    """The entry of one repository while it is written."""

    def __init__(self, decided: Decided, stack: str, found: FoundRepository) -> None:
        self._decided = decided
        self._stack = stack
        self._found = found
        self._made = WrittenRepository(found, {"id": found.id})
        self._taken: dict[str | None, set[str]] = {}

    def written(self) -> WrittenRepository:
        """Write environments first, then the roles of every context."""
        self._write_environments()
        own = [one for one in self._decided.roles if one.repository is self._found]
        for one in own:
            if one.decision == "adopt" and one.context is not None:
                self._write_role(one, context_of(one.context))
        for one in own:
            if one.decision == "replace":
                for context in one.contexts:
                    if not self._has_exact(one, context):
                        self._write_role(one, context_of(context))
        return self._made

    def _has_exact(self, one: RoleDecision, context: str) -> bool:
        """Tell whether an earlier run has made the exact role for a context already."""
        place = self._decided.place(self._found, context)
        return any(
            other.context == context
            and other.role.attached == one.role.attached
            and rights(other.entries, place) == rights(one.entries, place)
            for other in self._made.adopted.values()
        )

    def _write_environments(self) -> None:
        entries: dict[str, Any] = {}
        for one in self._decided.environments:
            if one.repository is not self._found or one.decision == "refuse":
                continue
            entries[one.environment.name] = _environment(one)
            if one.changes:
                changed = " and ".join(one.changes)
                keys = ("environments", one.environment.name)
                self._made.comments[keys] = f"Tightened on GitHub: {changed}."
        if entries:
            self._made.entry["environments"] = entries

    def _write_role(self, one: RoleDecision, context: Context) -> None:
        keys, holder = self._holder(context)
        functions = holder.setdefault("roles", {})
        function = next(
            each
            for each in _numbered(one.function or "deploy")
            if each not in functions and (one.decision == "adopt" or self._is_new(context, each))
        )
        path = (*keys, "roles", function)
        role = self._role(one, context, function, path)
        functions[function] = role
        roles = self._made.adopted if one.decision == "adopt" else self._made.replacing
        roles[resource_name(self._found.name, context, function)] = one

    def _is_new(self, context: Context, function: str) -> bool:
        """Tell whether no role has the name that a new one would get."""
        owner = self._decided.organisation.login
        name = role_name(owner, self._found.name, context, function)
        return all(role.name.lower() != name.lower() for role in self._decided.account.roles)

    def _holder(self, context: Context) -> tuple[Keys, dict[str, Any]]:
        """Return where the roles of a context are, and the mapping there."""
        entry = self._made.entry
        if context.kind == "pull_requests":
            return ("pull_requests",), entry.setdefault("pull_requests", {})
        kind = "environments" if context.kind == "environment" else "branches"
        name = context.name or ""
        holder = entry.setdefault(kind, {}).setdefault(name, {})
        if kind == "environments":
            self._write_region(holder, name)
        return (kind, name), holder

    def _write_region(self, holder: dict[str, Any], name: str) -> None:
        place = self._decided.place(self._found, f"{ENVIRONMENT_PREFIX}{name}")
        if place.region != self._decided.region:
            holder["region"] = place.region

    def _role(
        self, one: RoleDecision, context: Context, function: str, path: Keys
    ) -> dict[str, Any]:
        found, is_adopted = one.role, one.decision == "adopt"
        entry: dict[str, Any] = {}
        remarks = []
        if is_adopted:
            entry |= {"role_name": found.name, "role_path": found.path}
        else:
            remarks.append(f"Beside {found.name}, which is to be deleted once it is unused.")
        entry["variable"], is_known = self._variable(one, context, function)
        if is_adopted and not is_known:
            remarks.append(f"No variable names the role: {entry['variable']} is new.")
        minutes = found.max_session_seconds // 60
        if minutes != SHORTEST_MINUTES:
            entry["session_minutes"] = minutes
        if one.narrowing.workflows:
            entry["workflows"] = list(one.narrowing.workflows)
        if one.narrowing.until:
            entry["until"] = one.narrowing.until.isoformat()
        if found.boundary:
            entry["permissions_boundary"] = {"arn": found.boundary}
        if is_adopted:
            remarks += tag_remarks(found.tags)
            if tags := said_tags(found.tags):
                entry["tags"] = tags
        entry |= self._permissions(one, path, is_adopted=is_adopted)
        if remarks:
            self._made.comments[path] = "\n".join(remarks)
        return entry

    def _permissions(self, one: RoleDecision, path: Keys, *, is_adopted: bool) -> dict[str, Any]:
        policies = {name: list(each) for name, each in one.permitted.policies.items() if each}
        plain: list[Entry] = list(one.permitted.managed)
        if is_adopted:
            plain = [*policies.pop(DEFAULT_POLICY, []), *plain]
        else:
            plain = [*(entry for each in policies.values() for entry in each), *plain]
            policies = {}
        self._comment(plain, (*path, "permissions"))
        for name, entries in policies.items():
            self._comment(entries, (*path, "policies", name))
        found = {"permissions": plain, "policies": policies}
        return {key: value for key, value in found.items() if value}

    def _comment(self, entries: list[Entry], keys: Keys) -> None:
        for number, entry in enumerate(entries):
            if said := is_guess(entry):
                self._made.comments[*keys, str(number)] = f"{said[0].upper()}{said[1:]}."

    def _variable(self, one: RoleDecision, context: Context, function: str) -> tuple[str, bool]:
        """Return the variable that names a role, and whether workflows know it already."""
        is_inside = context.kind == "environment"
        environment = self._found.environment(context.name or "") if is_inside else None
        own = environment.variables if environment else self._found.variables
        taken = self._taken.setdefault(environment.name if environment else None, set())
        if environment:
            taken.add(REGION_VARIABLE)
        if one.decision == "adopt":
            for variables in (own, self._found.variables):
                for name, value in variables.items():
                    is_free = name not in taken and own.get(name, value) == value
                    if value.strip() == one.role.arn and is_free:
                        taken.add(name)
                        return name, True
        name = _free(variable_name(self._stack, context, function), {*own, *taken})
        taken.add(name)
        return name, False


def _free(name: str, taken: set[str]) -> str:
    """Return a name that is not taken yet, numbered where it has to be."""
    return next(one for one in _numbered(name) if one not in taken)


def _numbered(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}_{number}" for number in range(2, 1000))
