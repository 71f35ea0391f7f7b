"""Serve how a repository's OIDC tokens spell their subject.

Source: "OpenID Connect reference" and the published description: a repository that has not chosen
between the two forms follows its organisation.
"""

import re
from typing import Any

from flask import Blueprint

from sandbox.github.documented import documented
from sandbox.github.refusals import validation_failed
from sandbox.github.request_body import Property, read_body
from sandbox.github.state import Repository

routes = Blueprint("repository-subject", __name__)

CLAIM_KEYS = Property("array")
IMMUTABLE = Property("boolean")

_CLAIM_KEY = re.compile(r"\w+", re.ASCII)


@routes.get("/actions/oidc/customization/sub")
@documented(
    "actions/oidc#get-the-customization-template-for-an-oidc-subject-claim-for-a-repository"
)
def read_subject(repository: Repository) -> dict[str, Any]:
    """Answer with the template, the form and the prefix that subjects have now."""
    subject = repository.subject
    keys = {} if subject.use_default else {"include_claim_keys": subject.include_claim_keys}
    return {
        "use_default": subject.use_default,
        **keys,
        "use_immutable_subject": _immutable(repository),
        "sub_claim_prefix": _prefix(repository),
    }


@routes.put("/actions/oidc/customization/sub")
@documented(
    "actions/oidc#set-the-customization-template-for-an-oidc-subject-claim-for-a-repository"
)
def write_subject(repository: Repository) -> tuple[dict[str, Any], int]:
    """Set the template and, where given, the form."""
    body = read_body(
        {
            "use_default": Property("boolean", required=True),
            "include_claim_keys": CLAIM_KEYS,
            "use_immutable_subject": IMMUTABLE,
        }
    )
    keys = checked_claim_keys(body.get("include_claim_keys", []))
    subject = repository.subject
    subject.use_default = body["use_default"]
    subject.include_claim_keys = [] if subject.use_default else keys
    subject.immutable = body.get("use_immutable_subject", subject.immutable)
    return {}, 201


def checked_claim_keys(keys: list[Any]) -> list[str]:
    """Return claim keys that are well spelled and differ.

    Raises Refusal when they are not.
    """
    spelled = all(isinstance(key, str) and _CLAIM_KEY.fullmatch(key) for key in keys)
    if not spelled or len(set(keys)) < len(keys):
        raise validation_failed("Claim keys must be unique and consist of letters, digits and _.")
    return keys


def _immutable(repository: Repository) -> bool:
    own = repository.subject.immutable
    return repository.owner.immutable_subjects if own is None else own


def _prefix(repository: Repository) -> str:
    owner = repository.owner
    if _immutable(repository):
        return f"repo:{owner.login}@{owner.id}/{repository.name}@{repository.id}"
    return f"repo:{repository.full_name}"
