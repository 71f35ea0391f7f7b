"""Serve organisations, and create their repositories.

Of a new repository only what the stand-in keeps is taken; other settings are refused by name.
"""

import re
from typing import Any

from flask import Blueprint

from sandbox.github.bodies.account import simple_account, team_organisation
from sandbox.github.bodies.repository import full_repository, listed_repository
from sandbox.github.documented import documented
from sandbox.github.pages import page_of
from sandbox.github.refusals import Refusal
from sandbox.github.request_body import Property, read_body
from sandbox.github.scope import github
from sandbox.github.state import Organisation, Visibility

routes = Blueprint("organisations", __name__)

_MEMBERS_CAN = (
    "members_can_create_repositories",
    "members_can_create_public_repositories",
    "members_can_create_private_repositories",
    "members_can_create_internal_repositories",
    "members_can_create_pages",
    "members_can_create_public_pages",
    "members_can_create_private_pages",
    "members_can_create_teams",
    "members_can_delete_issues",
    "members_can_invite_outside_collaborators",
    "members_can_view_dependency_insights",
)
_NEW_REPOSITORY = {
    "name": Property("string", required=True),
    "private": Property("boolean"),
    "visibility": Property("string", values=("public", "private", "internal")),
    "auto_init": Property("boolean"),
}
_NAME_TAKEN = {
    "resource": "Repository",
    "code": "custom",
    "field": "name",
    "message": "name already exists on this account",
}


@routes.get("/orgs/<org>")
@documented("orgs/orgs#get-an-organization")
def read_organisation(organisation: Organisation) -> dict[str, Any]:
    """Answer with the whole organisation, as one of its owners sees it."""
    owned = [r for r in github().repositories.values() if r.owner is organisation]
    private = sum(repository.visibility != "public" for repository in owned)
    return team_organisation(organisation) | {
        "public_repos": len(owned) - private,
        "total_private_repos": private,
        "owned_private_repos": private,
        "private_gists": 0,
        "disk_usage": 0,
        "collaborators": 0,
        "billing_email": f"billing@{organisation.login}.example",
        "default_repository_permission": organisation.default_role or "none",
        "members_allowed_repository_creation_type": "all",
        **dict.fromkeys(_MEMBERS_CAN, True),
        "members_can_fork_private_repositories": False,
        "web_commit_signoff_required": False,
        "two_factor_requirement_enabled": True,
        "plan": {
            "name": organisation.plan.name,
            "space": 976562499,
            "private_repos": 999999,
            "filled_seats": len(organisation.members),
            "seats": max(len(organisation.members), 10),
        },
    }


@routes.get("/orgs/<org>/repos")
@documented("repos/repos#list-organization-repositories")
def list_repositories(organisation: Organisation) -> list[dict[str, Any]]:
    """List an organisation's repositories."""
    owned = (r for r in github().repositories.values() if r.owner is organisation)
    return page_of(listed_repository(repository) for repository in owned)


@routes.post("/orgs/<org>/repos")
@documented("repos/repos#create-an-organization-repository")
def create_repository(organisation: Organisation) -> tuple[dict[str, Any], int]:
    """Create a repository; letters that a name cannot have become hyphens, as GitHub does."""
    body = read_body(_NEW_REPOSITORY)
    name = re.sub(r"[^A-Za-z0-9._-]", "-", body["name"])
    if any(r.owner is organisation and r.name == name for r in github().repositories.values()):
        raise Refusal(422, "Repository creation failed.", [_NAME_TAKEN])
    by_switch: Visibility = "private" if body.get("private") else "public"
    visibility: Visibility = body.get("visibility", by_switch)
    repository = github().create_repository(organisation, name, visibility)
    if body.get("auto_init"):
        github().add_branch(repository, repository.default_branch)
    return full_repository(repository), 201


@routes.get("/orgs/<org>/members")
@documented("orgs/members#list-organization-members")
def list_members(organisation: Organisation) -> list[dict[str, Any]]:
    """List the members of an organisation."""
    users = github().users
    return page_of(simple_account(users[member]) for member in sorted(organisation.members))
