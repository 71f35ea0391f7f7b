"""Serve repositories and their teams."""

from typing import Any

from flask import Blueprint

from sandbox.github import access
from sandbox.github.bodies.repository import full_repository
from sandbox.github.bodies.team import repository_team
from sandbox.github.documented import documented
from sandbox.github.pages import page_of
from sandbox.github.scope import github
from sandbox.github.state import Repository

routes = Blueprint("repositories", __name__)


@routes.get("")
@documented("repos/repos#get-a-repository")
def read_repository(repository: Repository) -> dict[str, Any]:
    """Answer with the whole repository."""
    return full_repository(repository)


@routes.get("/teams")
@documented("repos/repos#list-repository-teams")
def list_teams(repository: Repository) -> list[dict[str, Any]]:
    """List the teams that have access."""
    teams = (team for team in github().teams.values() if access.role_of_team(repository, team))
    return page_of(repository_team(repository, team) for team in teams)
