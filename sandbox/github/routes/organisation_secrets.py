"""Serve the names of an organisation's secrets."""

from typing import Any

from flask import Blueprint

from sandbox.github.bodies.repository import listed_repository
from sandbox.github.documented import documented
from sandbox.github.links import api_url
from sandbox.github.pages import page_of
from sandbox.github.refusals import Refusal, not_found
from sandbox.github.routes.secrets import describe, require_right
from sandbox.github.scope import github
from sandbox.github.state import Organisation, OrganisationSecret

routes = Blueprint("organisation-secrets", __name__)


@routes.get("/orgs/<org>/actions/secrets")
@documented("actions/secrets#list-organization-secrets")
def list_organisation_secrets(organisation: Organisation) -> dict[str, Any]:
    """List the names of an organisation's secrets and who may use them."""
    _require_right()
    secrets = organisation.secrets
    found = [_describe(organisation, secrets[name]) for name in sorted(secrets)]
    return {"total_count": len(found), "secrets": page_of(found)}


@routes.get("/orgs/<org>/actions/secrets/<name>/repositories")
@documented("actions/secrets#list-selected-repositories-for-an-organization-secret")
def list_selected_repositories(organisation: Organisation, name: str) -> dict[str, Any]:
    """List the repositories that may use a secret which only selected ones may."""
    _require_right()
    secret = organisation.secrets.get(name.upper())
    if secret is None:
        raise not_found()
    found = [r for number, r in github().repositories.items() if number in secret.repository_ids]
    return {"total_count": len(found), "repositories": page_of(map(listed_repository, found))}


def _require_right() -> None:
    """Refuse a token that may list secrets of repositories, if any, and not of organisations."""
    require_right()
    if not github().organisation_secrets_readable:
        raise Refusal(403, "Resource not accessible by integration")


def _describe(organisation: Organisation, secret: OrganisationSecret) -> dict[str, Any]:
    shown = describe(secret) | {"visibility": secret.visibility}
    if secret.visibility == "selected":
        path = f"/orgs/{organisation.login}/actions/secrets/{secret.name}/repositories"
        shown["selected_repositories_url"] = api_url(path)
    return shown
