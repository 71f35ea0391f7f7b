"""Describe teams."""

from typing import Any

from sandbox.github import access
from sandbox.github.bodies.account import team_organisation
from sandbox.github.bodies.moment import moment
from sandbox.github.links import api_url, html_url, node_id
from sandbox.github.state import GitHubState, Repository, Team


def simple_team(team: Team) -> dict[str, Any]:
    """Describe a team as its children do."""
    url = api_url(f"/organizations/{team.organisation.id}/team/{team.id}")
    return {
        "name": team.name,
        "id": team.id,
        "node_id": node_id("T", team.organisation.id, team.id),
        "slug": team.slug,
        "description": None,
        "privacy": "closed",
        "notification_setting": "notifications_enabled",
        "url": url,
        "html_url": html_url(f"/orgs/{team.organisation.login}/teams/{team.slug}"),
        "members_url": f"{url}/members{{/member}}",
        "repositories_url": f"{url}/repos",
        "permission": "pull",
        "type": "organization",
        "organization_id": team.organisation.id,
    }


def listed_team(team: Team) -> dict[str, Any]:
    """Describe a team as lists and reviewers do."""
    return simple_team(team) | {"parent": simple_team(team.parent) if team.parent else None}


def repository_team(repository: Repository, team: Team) -> dict[str, Any]:
    """Describe a team as the list of a repository's teams does."""
    role = access.role_of_team(repository, team)
    shown = {"permission": access.verb(role), "permissions": access.permissions(role)}
    return listed_team(team) | shown


def full_team(state: GitHubState, team: Team) -> dict[str, Any]:
    """Describe a team as its own page does."""
    repositories = state.repositories.values()
    return listed_team(team) | {
        "created_at": moment(team.created_at),
        "updated_at": moment(team.created_at),
        "members_count": len(team.members),
        "repos_count": sum(access.role_of_team(r, team) is not None for r in repositories),
        "organization": team_organisation(team.organisation),
    }
