"""Describe every role for those who review access: the output `access` of a stack."""

from collections.abc import Iterable
from typing import Any

from keyless.estate.composed_roles import ComposedRole
from keyless.estate.presets.statement import Statement
from keyless.estate.settings import Environment, Settings


def access_output(settings: Settings, roles: Iterable[ComposedRole]) -> list[dict[str, Any]]:
    """Return one plain entry a role, in the order of the config."""
    return [_entry(settings, role) for role in roles]


def _entry(settings: Settings, role: ComposedRole) -> dict[str, Any]:
    return {
        "stack": settings.stack,
        "account": settings.account,
        "partition": settings.partition.name,
        "region": role.region,
        "issuer": settings.issuer.url,
        "owner": role.identity.owner,
        "owner_id": role.identity.owner_id,
        "repository": role.identity.name,
        "repository_id": role.identity.repository_id,
        "context": str(role.context),
        "function": role.function,
        "role_arn": role.role_arn,
        "subjects": list(role.subjects),
        "refs": list(role.trust.refs),
        "workflows": list(role.trust.workflows),
        **_protection(settings, role),
        "variable": role.variable,
        "session_minutes": role.session_minutes,
        "until": role.trust.until.isoformat() if role.trust.until else None,
        "permissions": [
            {
                "preset": preset,
                "summary": grant.summary,
                "access": grant.access,
                "statements": [_statement(statement) for statement in grant.statements],
            }
            for preset, grant in role.grants
        ],
        "assumes": [
            arn for preset, grant in role.grants if preset == "assume" for arn in grant.assumes
        ],
    }


def _statement(statement: Statement) -> dict[str, Any]:
    return {
        "actions": list(statement.actions),
        "resources": list(statement.resources),
        "conditions": [
            f"{operator} {key}: {value}"
            for operator, keys in statement.conditions.items()
            for key, values in keys.items()
            for value in values
        ],
    }


def _protection(settings: Settings, role: ComposedRole) -> dict[str, Any]:
    context = role.context
    if context.kind != "environment" or context.name is None:
        branches = [context.name] if context.name else []
        return {"approval": None, "branches": branches, "tags": [], "name_prefix": None}
    repository = settings.repositories[role.repository]
    review = repository.review_environments.get(context.name)
    environment = next(e for _, name, e in repository.every_environment() if name == context.name)
    return {
        "approval": _approval(environment),
        "branches": list(environment.deploy_from.branch_patterns),
        "tags": list(environment.deploy_from.tags),
        "name_prefix": review.name_prefix if review else None,
    }


def _approval(environment: Environment) -> dict[str, Any]:
    return {
        "users": list(environment.reviewers.users),
        "teams": list(environment.reviewers.teams),
        "prevent_self_review": environment.self_review_prevented,
        "admins_bypass": environment.admins_bypass,
        "wait_minutes": environment.wait_minutes,
    }
