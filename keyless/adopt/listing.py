"""What `keyless adopt --json` prints, which is `report.json` in the folder too."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from keyless.adopt.decided import Decided, RoleDecision
from keyless.adopt.permitted import grants_of
from keyless.adopt.static_keys import KeyPlace, StaticKeys, secret_places, static_keys
from keyless.adopt.tags import tag_remarks
from keyless.adopt.usage import JobUse
from keyless.estate.static_keys import names_static_key
from keyless.rules.gravity import gravity
from keyless.rules.power import power_of
from keyless.trail.used import Used, needed, plain_arn

VERSION = 1
_ROLE_ARN = re.compile(r"arn:[a-z-]+:iam::[0-9]{12}:role/\S+")
_NAMES_A_ROLE = re.compile(r"(?:^|_)(?:AWS_.*ROLE|ROLE_ARN|ROLE_TO_ASSUME)(?:_|$)", re.IGNORECASE)


def adopt_listing(
    decided: Decided,
    written: Sequence[str],
    *,
    as_of: date,
    stack: str = "prod",
    used: Mapping[str, Used] | None = None,
) -> dict[str, Any]:
    """Return everything that was decided, as plain data; what to look at first is in front.

    `used` is what a trail shows, None without one. `as_of` is the day from which use is counted.
    """
    keys, of_nobody = static_keys(decided, used or {}, stack)
    roles = sorted(decided.roles, key=lambda one: -_gravity(decided, one, as_of))
    return {
        "version": VERSION,
        "as_of": as_of.isoformat(),
        "owner": decided.organisation.login,
        "account": decided.account.number,
        "trail": used is not None,
        "roles": [_role(decided, one, as_of, used) for one in roles],
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
        "static_keys": [_keys_row(decided, one) for one in keys],
        "keys_of_nobody": [_key_place(decided, place) for place in of_nobody],
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


def _gravity(decided: Decided, one: RoleDecision, as_of: date) -> int:
    used = one.role.last_used.date() if one.role.last_used else None
    power = power_of(grants_of(decided.account, one.role))
    return gravity(one.role.judgement.verdict, power, used, as_of, is_use_known=True)


def _idle(decided: Decided, one: RoleDecision, used: Mapping[str, Used] | None) -> list[str] | None:
    """Return the actions of a role that no trail shows; None without a trail."""
    if used is None:
        return None
    own = plain_arn(one.role.arn)
    documents = [grant.document for grant in grants_of(decided.account, one.role)]
    return list(needed(used.get(own, Used(own, {})), filter(None, documents)).unused)


def _role(
    decided: Decided, one: RoleDecision, as_of: date, used: Mapping[str, Used] | None
) -> dict[str, Any]:
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
        "rights": power_of(grants_of(decided.account, role)).says,
        "boundary": role.boundary,
        "last_used": role.last_used.date().isoformat() if role.last_used else None,
        "gravity": _gravity(decided, one, as_of),
        "unused": _idle(decided, one, used),
        "remarks": list(tag_remarks(role.tags)) if one.decision == "adopt" else [],
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
        for environment, secrets in secret_places(repository):
            for name in secrets:
                is_named = (full_name, name.upper()) in named
                if is_named or (_NAMES_A_ROLE.search(name) and not names_static_key(name)):
                    yield {
                        "repository": full_name,
                        "environment": environment,
                        "name": name,
                        "role": None,
                    }


def _keys_row(decided: Decided, one: StaticKeys) -> dict[str, Any]:
    return {
        "user": one.user.name,
        "keys": [
            {
                "id": key.id,
                "status": key.status,
                "last_used": key.last_used.isoformat() if key.last_used else None,
            }
            for key in one.user.keys
        ],
        "secrets": [_key_place(decided, place) for place in one.places],
        "workflows": [use.label for use in one.jobs],
        "rights": one.power.says,
        "from_trail": one.needed is not None,
        "permissions": list(one.permissions),
        "says": list(one.says),
        "blocked": list(one.blocked),
        "replacements": [
            {
                "repository": each.repository,
                "entry": each.entry,
                "commands": list(each.commands),
                "says": list(each.says),
            }
            for each in one.replacements
        ],
    }


def _key_place(decided: Decided, place: KeyPlace) -> dict[str, Any]:
    return {
        "repository": decided.organisation.full_name(place.repository),
        "environment": place.environment,
        "names": list(place.names),
    }
