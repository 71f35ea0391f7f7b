"""Serve the names of an organisation's secrets."""

from typing import Any

from flask import Blueprint

from sandbox.github.documented import documented
from sandbox.github.links import api_url
from sandbox.github.pages import page_of
from sandbox.github.routes.secrets import describe, require_right
from sandbox.github.state import Organisation, OrganisationSecret

routes = Blueprint("organisation-secrets", __name__)


@routes.get("/orgs/<org>/actions/secrets")
@documented("actions/secrets#list-organization-secrets")
def list_organisation_secrets(organisation: Organisation) -> dict[str, Any]:
    """List the names of an organisation's secrets and who may use them."""
    require_right()
    secrets = organisation.secrets
    found = [_describe(organisation, secrets[name]) for name in sorted(secrets)]
    return {"total_count": len(found), "secrets": page_of(found)}


def _describe(organisation: Organisation, secret: OrganisationSecret) -> dict[str, Any]:
    shown = describe(secret) | {"visibility": secret.visibility}
    if secret.visibility == "selected":
        path = f"/orgs/{organisation.login}/actions/secrets/{secret.name}/repositories"
        shown["selected_repositories_url"] = api_url(path)
    return shown
