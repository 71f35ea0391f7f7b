"""Serve which actions a repository runs, and whether they have to be pinned to a commit."""

from typing import Any

from flask import Blueprint

from sandbox.github.documented import documented
from sandbox.github.request_body import Property, read_body
from sandbox.github.state import Repository

routes = Blueprint("actions-permissions", __name__)

_PROPERTIES = {
    "enabled": Property("boolean", required=True),
    "allowed_actions": Property("string", values=("all", "local_only", "selected")),
    "sha_pinning_required": Property("boolean"),
}


@routes.get("/actions/permissions")
@documented("actions/permissions#get-github-actions-permissions-for-a-repository")
def read_permissions(repository: Repository) -> dict[str, Any]:
    """Answer with the permissions; which actions are allowed shows only while any may run."""
    actions = repository.actions
    allowed = {"allowed_actions": actions.allowed_actions} if actions.enabled else {}
    return {
        "enabled": actions.enabled,
        **allowed,
        "sha_pinning_required": actions.sha_pinning_required,
    }


@routes.put("/actions/permissions")
@documented("actions/permissions#set-github-actions-permissions-for-a-repository")
def write_permissions(repository: Repository) -> tuple[str, int]:
    """Set what the body contains, and keep the rest."""
    body = read_body(_PROPERTIES)
    actions = repository.actions
    actions.enabled = body["enabled"]
    actions.allowed_actions = body.get("allowed_actions", actions.allowed_actions)
    pinning = body.get("sha_pinning_required", actions.sha_pinning_required)
    actions.sha_pinning_required = pinning
    return "", 204


@routes.get("/actions/permissions/selected-actions")
@documented("actions/permissions#get-allowed-actions-and-reusable-workflows-for-a-repository")
def read_selected(repository: Repository) -> dict[str, Any]:  # noqa: ARG001 - one list for all
    """Answer with the actions that are allowed one by one: GitHub's own."""
    return {"github_owned_allowed": True, "verified_allowed": False, "patterns_allowed": []}
