"""Names that collide: two things of one stack that would be provisioned under the same name.

Both places are named. What lies outside the stack cannot be seen here.
"""

from collections.abc import Iterator
from typing import NamedTuple

from keyless.estate.naming import (
    REGION_VARIABLE,
    resource_name,
    role_name,
    ruleset_name,
    variable_name,
)
from keyless.estate.settings import Repository, Role, RolesAt, Settings
from keyless.estate.subject import Context
from keyless.text.sentences import joined, quoted

_RENAME = "Rename one of them"


class _Claim(NamedTuple):
    """A name that something takes, within a scope where it has to be the only one.

    `key` is the name as AWS, GitHub or Pulumi compares it.
    """

    scope: str
    key: str
    name: str
    where: str
    advice: str


def collisions(settings: Settings) -> Iterator[str]:
    """Find every name that is taken twice, in the order of the config."""
    first: dict[tuple[str, str], _Claim] = {}
    for claim in _claims(settings):
        other = first.setdefault((claim.scope, claim.key), claim)
        if other.where != claim.where:
            yield (
                f"{claim.where}: the {claim.scope.partition(' of ')[0]} {quoted(claim.name)} is "
                f"already used by {other.where}. One would overwrite the other. {claim.advice}."
            )


def _claims(settings: Settings) -> Iterator[_Claim]:
    for key, repository in settings.repositories.items():
        yield from _entry(settings.place(key), key, repository)
    for key, repository in settings.repositories.items():
        yield from _former_names(settings.place(key), key, repository)
        yield from _environments(settings.place(key), key, repository)
        yield from _rulesets(settings, key, repository)
        for at in repository.contexts():
            yield from _roles(settings, key, at)


def _entry(where: str, key: str, repository: Repository) -> Iterator[_Claim]:
    advice = "Keep one entry for each repository"
    yield _Claim(scope="repository", key=key.lower(), name=key, where=where, advice=advice)
    number = str(repository.id)
    yield _Claim(scope="repository id", key=number, name=number, where=f"{where}.id", advice=advice)


def _former_names(place: str, key: str, repository: Repository) -> Iterator[_Claim]:
    for position, name in enumerate(repository.renamed_from):
        if name != key and name.lower() == key.lower():
            continue  # the entry itself was written in another letter case
        where = f"{place}.renamed_from[{position}]"
        advice = "Remove the entry of the old name, or the name from renamed_from"
        yield _Claim(scope="repository", key=name.lower(), name=name, where=where, advice=advice)


def _environments(place: str, key: str, repository: Repository) -> Iterator[_Claim]:
    for keys, name, environment in repository.every_environment():
        where = joined(place, keys)
        advice = "GitHub does not tell environments apart by letter case: keep one"
        yield _Claim(
            scope=f"environment of {key}",
            key=name.casefold(),
            name=name,
            where=where,
            advice=advice,
        )
        scope = f"variable of {key}, {name}"
        yield _Claim(
            scope=scope,
            key=REGION_VARIABLE,
            name=REGION_VARIABLE,
            where=f"{where}.region",
            advice=_RENAME,
        )
        for function, role in environment.roles.items():
            spot = joined(where, ("roles", function))
            yield _variable(scope, spot, role, Context("environment", name), function)
        for variable in environment.variables:
            spot = joined(where, ("variables", variable))
            yield _Claim(
                scope=scope, key=variable.upper(), name=variable, where=spot, advice=_RENAME
            )


def _rulesets(settings: Settings, key: str, repository: Repository) -> Iterator[_Claim]:
    for branch in repository.protected_branches:
        where = settings.place(key, "protected_branches", branch)
        name = ruleset_name(settings.stack, branch)
        yield _Claim(scope=f"ruleset of {key}", key=name, name=name, where=where, advice=_RENAME)


def _roles(settings: Settings, key: str, at: RolesAt) -> Iterator[_Claim]:
    for function, role in at.roles.items():
        where = settings.place(key, *at.keys, "roles", function)
        name = role.role_name or role_name(settings.owner, key, at.context, function)
        advice = "Give one of them a role_name of its own"
        yield _Claim(scope="role name", key=name.lower(), name=name, where=where, advice=advice)
        resource = resource_name(key, at.context, function)
        yield _Claim(
            scope="resource name", key=resource, name=resource, where=where, advice=_RENAME
        )
        if at.environment is None:
            yield _variable(f"variable of {key}", where, role, at.context, function, settings.stack)


def _variable(
    scope: str, where: str, role: Role, context: Context, function: str, stack: str = ""
) -> _Claim:
    name = role.variable or variable_name(stack, context, function)
    return _Claim(
        scope=scope,
        key=name.upper(),
        name=name,
        where=f"{where}.variable" if role.variable else where,
        advice=_RENAME,
    )
