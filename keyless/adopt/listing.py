"""What `keyless adopt --json` prints, which is `report.json` in the folder too."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from keyless.adopt.account import FoundUser
from keyless.adopt.decisions import Decided, RoleDecision
from keyless.adopt.organisation import FoundRepository
from keyless.adopt.usage import JobUse
from keyless.estate.static_keys import names_static_key

VERSION = 1
_ROLE_ARN = re.compile(r"arn:[a-z-]+:iam::[0-9]{12}:role/\S+")
_NAMES_A_ROLE = re.compile(r"(?:^|_)(?:AWS_.*ROLE|ROLE_ARN|ROLE_TO_ASSUME)(?:_|$)", re.IGNORECASE)


def adopt_listing(decided: Decided, written: Sequence[str]) -> dict[str, Any]:
    """Return everything that was decided, as plain data."""
    return {
        "version": VERSION,
        "roles": [_role(decided, one) for one in decided.roles],
        "environments": [
            {
                "repository": decided.organisation.full_name(one.repository),
                "environment": one.environment.name,
                "decision": one.decision,
                "why": one.why,
                "says": one.says,
                "changes": list(one.changes),
                **({"settings": _unreviewed(one)} if one.needs_listing else {}),
            }
            for one in decided.environments
        ],
        "oidc_providers": [
            {
                "url": f"https://{one.provider.issuer}",
                "decision": one.decision,
                "why": one.why,
                "drop": list(one.drop),
                "says": one.says,
            }
            for one in decided.providers
        ],
        "variables": list(_variables(decided)),
        "secrets_with_arns": list(_secrets(decided)),
        "static_keys": list(_static_keys(decided)),
        "jobs": [_job(decided, one) for one in decided.uses],
        "rulesets": [
            {
                "repository": decided.organisation.full_name(repository),
                "ruleset": one.name,
                "says": "It is left as it is: taking it over would rename it.",
            }
            for repository in decided.organisation.repositories
            for one in repository.rulesets
        ],
        "unreadable": [
            {"repository": one.repository, "workflow": one.path, "line": one.line, "says": one.says}
            for one in decided.unread
        ],
        "written": list(written),
    }


def settings_of(one: RoleDecision) -> dict[str, list[str]]:
    """Return the lists of the pack's settings that have to name what a role needs."""
    if one.decision == "refuse":
        return {}
    found = {
        "managed_policies": list(one.role.attached),
        "boundaries": [one.role.boundary] if one.role.boundary else [],
    }
    return {key: values for key, values in found.items() if values}


def _unreviewed(one: Any) -> dict[str, list[str]]:
    return {"unreviewed_environments": [f"{one.repository.name}/{one.environment.name}"]}


def _role(decided: Decided, one: RoleDecision) -> dict[str, Any]:
    role, settings = one.role, settings_of(one)
    return {
        "role": role.name,
        "path": role.path,
        "decision": one.decision,
        "why": one.why,
        "also": list(one.also),
        "says": one.says,
        "repository": decided.organisation.full_name(one.repository) if one.repository else None,
        "context": one.context,
        "contexts": list(one.contexts),
        "function": one.function,
        "verdict": str(role.judgement.verdict),
        "last_used": role.last_used.date().isoformat() if role.last_used else None,
        "permissions": list(one.entries) if one.decision != "refuse" else [],
        "workflows": list(one.narrowing.workflows),
        "used_by": [use.label for use in one.used_by],
        **({"settings": settings} if settings else {}),
    }


def _job(decided: Decided, use: JobUse) -> dict[str, Any]:
    role = decided.account.role(use.role) if use.role else None
    name = use.role.rpartition("/")[2] if use.role else None
    return {
        "repository": use.repository,
        "workflow": use.workflow,
        "job": use.job,
        "role": role.name if role else name,
        "from": use.source,
        "contexts": list(use.contexts),
        "gets_in": use.gets_in,
    }


def _variables(decided: Decided) -> Iterator[dict[str, Any]]:
    for repository in decided.organisation.repositories:
        own = [(one.name, one.variables) for one in repository.environments]
        for environment, variables in ((None, repository.variables), *own):
            for name, value in variables.items():
                if _ROLE_ARN.fullmatch(value.strip()):
                    role = decided.account.role(value.strip())
                    yield {
                        "repository": decided.organisation.full_name(repository),
                        "environment": environment,
                        "name": name,
                        "arn": value.strip(),
                        "role": role.name if role else None,
                    }


def _secrets(decided: Decided) -> Iterator[dict[str, Any]]:
    """Yield secrets that jobs take for a role, and those whose names say so."""
    named = {
        (use.repository, match[1].upper())
        for use in decided.uses
        for match in re.finditer(r"secrets\.(\w+)", use.source)
    }
    for repository in decided.organisation.repositories:
        full_name = decided.organisation.full_name(repository)
        for environment, secrets in _secret_places(repository):
            for name in secrets:
                is_named = (full_name, name.upper()) in named
                if is_named or (_NAMES_A_ROLE.search(name) and not names_static_key(name)):
                    yield {
                        "repository": full_name,
                        "environment": environment,
                        "name": name,
                        "role": None,
                    }


def _secret_places(
    repository: FoundRepository,
) -> Iterator[tuple[str | None, tuple[str, ...]]]:
    yield None, repository.secrets
    for environment in repository.environments:
        yield environment.name, environment.secrets


def _static_keys(decided: Decided) -> Iterator[dict[str, Any]]:
    places = [
        (repository, environment, names)
        for repository in decided.organisation.repositories
        for environment, secrets in _secret_places(repository)
        if (names := [name for name in secrets if names_static_key(name)])
    ]
    users = decided.account.users
    homes = {one[0].name: _user_of(one[0], users) for one in places}
    for user in users:
        own = [one for one in places if homes[one[0].name] is user]
        repositories = {decided.organisation.full_name(one[0]) for one in own}
        yield {
            "user": user.name,
            "keys": [
                {
                    "id": key.id,
                    "status": key.status,
                    "last_used": key.last_used.isoformat() if key.last_used else None,
                }
                for key in user.keys
            ],
            "secrets": [
                {
                    "repository": decided.organisation.full_name(repository),
                    "environment": environment,
                    "names": names,
                }
                for repository, environment, names in own
            ],
            "workflows": [
                use.label
                for use in decided.uses
                if use.is_by_key and use.repository in repositories
            ],
        }


def _user_of(repository: FoundRepository, users: Sequence[FoundUser]) -> FoundUser | None:
    """Guess the user whose keys a repository holds: the one whose name says most of its name."""
    words = set(re.split(r"[^a-z0-9]+", repository.name.lower()))
    scored = [(len(words & set(re.split(r"[^a-z0-9]+", u.name.lower()))), u) for u in users]
    best = max(scored, key=lambda one: one[0], default=(0, None))
    if best[0]:
        return best[1]
    return users[0] if len(users) == 1 else None
