"""Compare a stack with the policy pack's settings of it: what the pack would block at preview.

The pack judges far more, on what is registered. This is what two files say of each other, so that
nobody waits for an engine to hear it. Each sentence begins with the path in the stack file.
"""

import json
from collections.abc import Iterator
from typing import NamedTuple

from keyless.estate.naming import role_name
from keyless.estate.presets.managed_policy import ManagedPolicy
from keyless.estate.settings import Environment, Role, RolesAt, Settings
from keyless.rules.pack_settings import Settings as Tolerated
from keyless.rules.pack_settings import SettingsFile
from keyless.text.sentences import quoted

_SHORTEST_MAXIMUM = 60
"""Minutes; no role has a shorter maximum."""

_SCOPED = "role-permissions-scoped"
"""The policy that an exception for a managed policy names."""


class _Stack(NamedTuple):
    settings: Settings
    tolerated: Tolerated
    file: str


class _RoleAt(NamedTuple):
    where: str
    name: str
    role: Role


def blocked(settings: Settings, pack: SettingsFile, file: str) -> Iterator[str]:
    """Yield a sentence for everything that the pack's settings do not let a stack have.

    `file` names the settings file in sentences.
    """
    stack = _Stack(settings, pack.settings, file)
    yield from _issuer(stack)
    yield from _default_session(stack)
    yield from _default_boundary(stack)
    is_excepted = any(
        isinstance(each, dict) and each.get("policy") == _SCOPED for each in pack.exceptions
    )
    for key, repository in settings.repositories.items():
        for name, environment in repository.environments.items():
            where = settings.place(key, "environments", name)
            yield from _unreviewed(stack, where, f"{key}/{name}", environment)
        for name, of_review in repository.review_environments.items():
            where = settings.place(key, "review_environments", name)
            yield from _for_review(stack, where, f"{key}/{name}", of_review.name_prefix)
        for at in repository.contexts():
            for function in at.roles:
                role = _role_at(settings, key, at, function)
                yield from _session(stack, role)
                yield from _boundary(stack, role)
                if not is_excepted:
                    yield from _managed_policies(stack, role)


def _role_at(settings: Settings, key: str, at: RolesAt, function: str) -> _RoleAt:
    role = at.roles[function]
    name = role.role_name or role_name(settings.owner, key, at.context, function)
    return _RoleAt(settings.place(key, *at.keys, "roles", function), name, role)


def _issuer(stack: _Stack) -> Iterator[str]:
    issuer = stack.settings.issuer.key_prefix
    if issuer not in stack.tolerated.issuers:
        yield (
            f"keyless:issuer: {quoted(issuer)} is not among the issuers in {stack.file}. The pack "
            "blocks every role that trusts it. List it there under issuers."
        )


def _default_session(stack: _Stack) -> Iterator[str]:
    """Say once of all roles without a session of their own that theirs is too long."""
    contexts = (at for each in stack.settings.repositories.values() for at in each.contexts())
    roles = (role for at in contexts for role in at.roles.values())
    minutes = stack.settings.defaults.session_minutes
    if any(role.session_minutes is None for role in roles):
        yield from _too_long(stack, "keyless:defaults.session_minutes", minutes)


def _session(stack: _Stack, at: _RoleAt) -> Iterator[str]:
    if at.role.session_minutes is not None:
        yield from _too_long(stack, f"{at.where}.session_minutes", at.role.session_minutes)


def _too_long(stack: _Stack, where: str, minutes: int) -> Iterator[str]:
    longest = max(stack.tolerated.max_session_minutes, _SHORTEST_MAXIMUM)
    if minutes > longest:
        yield (
            f"{where}: {minutes} minutes, {stack.file} allows {longest}. The pack blocks the role. "
            f"Write {longest} or less, or raise max_session_minutes there."
        )


def _unreviewed(stack: _Stack, where: str, name: str, environment: Environment) -> Iterator[str]:
    if not environment.reviewers and name not in stack.tolerated.unreviewed_environments:
        yield (
            f"{where}.reviewers: none, and {stack.file} does not list the environment. The pack "
            "blocks it. Name users or teams, or write "
            f"{quoted(name)} there under unreviewed_environments."
        )


def _for_review(stack: _Stack, where: str, name: str, prefix: str) -> Iterator[str]:
    listed = stack.tolerated.review_environments.get(name)
    if listed is None:
        entry = json.dumps({"environment": name, "name_prefix": prefix})
        yield (
            f"{where}: {stack.file} does not list it. The pack blocks an environment that pull "
            f"requests deploy to. Write {entry} there under review_environments."
        )
    elif listed not in ("", prefix):
        yield (
            f"{where}.name_prefix: {quoted(prefix)}, {stack.file} says {quoted(listed)}. The pack "
            "blocks what is written under another prefix. Write the same in both."
        )


def _default_boundary(stack: _Stack) -> Iterator[str]:
    """Say once that the stack's own boundary counts for no role."""
    listed, arn = stack.tolerated.boundaries, stack.settings.permissions_boundary_arn
    if listed and arn not in listed and stack.settings.repositories:
        yield (
            f"keyless:permissions_boundary: {quoted(arn)} is not among the boundaries in "
            f"{stack.file}. The pack blocks every role that has it. List it there."
        )


def _boundary(stack: _Stack, at: _RoleAt) -> Iterator[str]:
    settings, own = stack.settings, at.role.permissions_boundary
    arn = own.arn if own else settings.permissions_boundary_arn
    created = {settings.permissions_boundary_arn} if settings.creates_permissions_boundary else ()
    listed = stack.tolerated.boundaries
    counts = not listed or arn in stack.tolerated.boundaries_of(at.name, created)
    if not counts and (own or arn in listed):
        yield (
            f"{at.where}{'.permissions_boundary.arn' if own else ''}: {stack.file} does not list "
            f"{quoted(arn)} for this role. The pack blocks the role. Write {_for_role(arn, at)} "
            "there under boundaries."
        )


def _managed_policies(stack: _Stack, at: _RoleAt) -> Iterator[str]:
    allowed = stack.tolerated.managed_policies_of(at.name)
    partition = stack.settings.partition.name
    for number, permission in enumerate(at.role.permissions):
        if isinstance(permission, ManagedPolicy) and not permission.look_up:
            arn = permission.arn or f"arn:{partition}:iam::aws:policy/{permission.name}"
            if arn not in allowed:
                yield (
                    f"{at.where}.permissions[{number}]: {stack.file} does not list {quoted(arn)} "
                    "for this role. The pack blocks what it cannot see. Write "
                    f"{_for_role(arn, at)} there under managed_policies."
                )


def _for_role(arn: str, at: _RoleAt) -> str:
    return json.dumps({"arn": arn, "roles": [at.name]})
