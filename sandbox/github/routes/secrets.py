"""Serve the names of the secrets of repositories and environments; values exist nowhere."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint

from sandbox.github.bodies.moment import moment
from sandbox.github.documented import documented
from sandbox.github.pages import page_of
from sandbox.github.refusals import Refusal, not_found
from sandbox.github.scope import github
from sandbox.github.state import Environment, OrganisationSecret, Repository, Secret

routes = Blueprint("secrets", __name__)

_IN_REPOSITORY = "/actions/secrets"
_IN_ENVIRONMENT = "/environments/<environment_name>/secrets"


@routes.get(_IN_REPOSITORY)
@routes.get(_IN_ENVIRONMENT)
@documented("actions/secrets")
def list_secrets(repository: Repository, environment: Environment | None = None) -> dict[str, Any]:
    """List the names of the secrets."""
    return _list((environment or repository).secrets)


@routes.get(f"{_IN_REPOSITORY}/<name>")
@routes.get(f"{_IN_ENVIRONMENT}/<name>")
@documented("actions/secrets")
def read_secret(
    repository: Repository, name: str, environment: Environment | None = None
) -> dict[str, Any]:
    """Answer with the dates of a secret."""
    require_right()
    try:
        return describe((environment or repository).secrets[name.upper()])
    except KeyError:
        raise not_found() from None


@routes.get("/actions/organization-secrets")
@documented("actions/secrets#list-repository-organization-secrets")
def list_shared_secrets(repository: Repository) -> dict[str, Any]:
    """List the names of the organisation's secrets that this repository may use."""
    shared = repository.owner.secrets.values()
    return _list({secret.name: secret for secret in shared if _serves(secret, repository)})


def require_right() -> None:
    """Refuse a token that may not list secrets."""
    if not github().secrets_readable:
        raise Refusal(403, "Resource not accessible by personal access token")


def describe(secret: Secret) -> dict[str, Any]:
    """Describe a secret without its value."""
    return {
        "name": secret.name,
        "created_at": moment(secret.created_at),
        "updated_at": moment(secret.updated_at),
    }


def _serves(secret: OrganisationSecret, repository: Repository) -> bool:
    if secret.visibility == "selected":
        return repository.id in secret.repository_ids
    return secret.visibility == "all" or repository.visibility != "public"


def _list(secrets: Mapping[str, Secret]) -> dict[str, Any]:
    require_right()
    found = [describe(secrets[name]) for name in sorted(secrets)]
    return {"total_count": len(found), "secrets": page_of(found)}
