"""Serve teams, their members and what they may do in repositories, and give it to them."""

from typing import Any

from flask import Blueprint, Response, request

from sandbox.github import access
from sandbox.github.bodies.account import simple_account
from sandbox.github.bodies.repository import listed_repository, team_repository
from sandbox.github.bodies.team import full_team, listed_team
from sandbox.github.documented import documented
from sandbox.github.pages import page_of
from sandbox.github.refusals import not_found
from sandbox.github.request_body import Property, read_body
from sandbox.github.scope import github
from sandbox.github.state import Organisation, Repository, Team

routes = Blueprint("teams", __name__)

_WHOLE_REPOSITORY = "application/vnd.github.v3.repository+json"


@routes.get("/orgs/<org>/teams")
@documented("teams/teams#list-teams")
def list_teams(organisation: Organisation) -> list[dict[str, Any]]:
    """List an organisation's teams."""
    teams = (team for team in github().teams.values() if team.organisation is organisation)
    return page_of(listed_team(team) for team in teams)


@routes.get("/orgs/<org>/teams/<team_slug>")
@documented("teams/teams#get-a-team-by-name")
def read_team(team: Team) -> dict[str, Any]:
    """Answer with the whole team."""
    return full_team(github(), team)


@routes.get("/orgs/<org>/teams/<team_slug>/members")
@documented("teams/members#list-team-members")
def list_members(team: Team) -> list[dict[str, Any]]:
    """List a team's members."""
    users = github().users
    return page_of(simple_account(users[member]) for member in sorted(team.members))


@routes.get("/orgs/<org>/teams/<team_slug>/repos")
@documented("teams/teams#list-team-repositories")
def list_team_repositories(team: Team) -> list[dict[str, Any]]:
    """List the repositories that a team has access to, its own or its parents'."""
    roles = ((r, access.role_of_team(r, team)) for r in github().repositories.values())
    return page_of(listed_repository(repository, role) for repository, role in roles if role)


@routes.get("/orgs/<org>/teams/<team_slug>/repos/<owner>/<repo>")
@documented("teams/teams#check-team-permissions-for-a-repository")
def read_team_repository(team: Team, repository: Repository) -> dict[str, Any] | Response:
    """Answer 204 where the team has access, or with the repository for who asks for its media type.

    404 where it has none.
    """
    role = access.role_of_team(repository, team)
    if role is None:
        raise not_found()
    if _WHOLE_REPOSITORY in request.headers.get("Accept", ""):
        return team_repository(repository, role)
    return Response(status=204)


@routes.put("/orgs/<org>/teams/<team_slug>/repos/<owner>/<repo>")
@documented("teams/teams#add-or-update-team-repository-permissions")
def give_team_repository(team: Team, repository: Repository) -> Response:
    """Give a team a role in a repository; `pull`, which is every team's default, unless named."""
    body = read_body({"permission": Property("string", values=tuple(access.VERBS))})
    repository.teams[team.id] = access.VERBS[body.get("permission", "pull")]
    return Response(status=204)
