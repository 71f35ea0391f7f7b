"""Serve how an organisation's OIDC tokens spell their subject."""

from typing import Any

from flask import Blueprint

from sandbox.github.documented import documented
from sandbox.github.request_body import read_body
from sandbox.github.routes.repository_subject import CLAIM_KEYS, IMMUTABLE, checked_claim_keys
from sandbox.github.state import Organisation

routes = Blueprint("organisation-subject", __name__)


@routes.get("/orgs/<org>/actions/oidc/customization/sub")
@documented(
    "actions/oidc#get-the-customization-template-for-an-oidc-subject-claim-for-an-organization"
)
def read_subject(organisation: Organisation) -> dict[str, Any]:
    """Answer with the template and the form."""
    return {
        "include_claim_keys": organisation.include_claim_keys,
        "use_immutable_subject": organisation.immutable_subjects,
    }


@routes.put("/orgs/<org>/actions/oidc/customization/sub")
@documented(
    "actions/oidc#set-the-customization-template-for-an-oidc-subject-claim-for-an-organization"
)
def write_subject(organisation: Organisation) -> tuple[dict[str, Any], int]:
    """Set what the body names."""
    body = read_body({"include_claim_keys": CLAIM_KEYS, "use_immutable_subject": IMMUTABLE})
    keys = body.get("include_claim_keys", organisation.include_claim_keys)
    organisation.include_claim_keys = checked_claim_keys(keys)
    chosen = body.get("use_immutable_subject", organisation.immutable_subjects)
    organisation.immutable_subjects = chosen
    return {}, 201
