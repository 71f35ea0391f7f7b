"""Serve organisations."""

from typing import Any

from flask import Blueprint

from sandbox.github.bodies.account import simple_account, team_organisation
from sandbox.github.bodies.repository import listed_repository
from sandbox.github.documented import documented
from sandbox.github.pages import page_of
from sandbox.github.scope import github
from sandbox.github.state import Organisation

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


@routes.get("/orgs/<org>/members")
@documented("orgs/members#list-organization-members")
def list_members(organisation: Organisation) -> list[dict[str, Any]]:
    """List the members of an organisation."""
    users = github().users
    return page_of(simple_account(users[member]) for member in sorted(organisation.members))
