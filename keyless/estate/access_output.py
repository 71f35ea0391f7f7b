"""Describe every role for those who review access: the output `access` of a stack."""

from collections.abc import Iterable
from typing import Any

from keyless.estate.composed_roles import RoleAccess
from keyless.estate.settings import Environment, Settings


def access_output(settings: Settings, accesses: Iterable[RoleAccess]) -> list[dict[str, Any]]:
    """Return one plain entry a role, in the order of the config."""
    return [_entry(settings, access) for access in accesses]


def _entry(settings: Settings, access: RoleAccess) -> dict[str, Any]:
    return {
        "stack": settings.stack,
        "account": settings.account,
        "partition": settings.partition.name,
        "region": access.region,
        "issuer": settings.issuer.url,
        "owner": access.identity.owner,
        "owner_id": access.identity.owner_id,
        "repository": access.identity.name,
        "repository_id": access.identity.repository_id,
        "context": str(access.context),
        "function": access.function,
        "role_arn": access.role_arn,
        "subjects": list(access.subjects),
        "refs": list(access.trust.refs),
        "workflows": list(access.trust.workflows),
        **_protection(settings, access),
        "variable": access.variable,
        "session_minutes": access.session_minutes,
        "permissions": [
            {"preset": preset, "summary": grant.summary, "access": grant.access}
            for preset, grant in access.grants
        ],
    }


def _protection(settings: Settings, access: RoleAccess) -> dict[str, Any]:
    context = access.context
    if context.kind != "environment" or context.name is None:
        return {"approval": None, "branches": [context.name] if context.name else [], "tags": []}
    environment = settings.repositories[access.repository].environments[context.name]
    return {
        "approval": _approval(environment),
        "branches": list(environment.deploy_from.branch_patterns),
        "tags": list(environment.deploy_from.tags),
    }


def _approval(environment: Environment) -> dict[str, Any]:
    return {
        "users": list(environment.reviewers.users),
        "teams": list(environment.reviewers.teams),
        "prevent_self_review": environment.self_review_prevented,
        "admins_bypass": environment.admins_bypass,
        "wait_minutes": environment.wait_minutes,
    }
