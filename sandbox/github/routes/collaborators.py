"""Serve what users may do in a repository."""

from typing import Any

from flask import Blueprint, Response

from sandbox.github import access
from sandbox.github.bodies.account import simple_account
from sandbox.github.documented import documented
from sandbox.github.pages import page_of
from sandbox.github.refusals import Refusal, not_found
from sandbox.github.scope import github
from sandbox.github.state import Repository, Role, UnknownNameError, User

routes = Blueprint("collaborators", __name__)

_LEGACY: dict[Role, str] = {"triage": "read", "maintain": "write"}
"""Roles that `permission`, older than they are, calls by a simpler name."""


@routes.get("/collaborators")
@documented("collaborators/collaborators#list-repository-collaborators")
def list_collaborators(repository: Repository) -> list[dict[str, Any]]:
    """List everybody who has access, however it was given."""
    roles = {u: access.role_of_user(github(), repository, u) for u in github().users.values()}
    return page_of(_collaborator(user, role) for user, role in roles.items() if role)


@routes.get("/collaborators/<username>")
@documented("collaborators/collaborators#check-if-a-user-is-a-repository-collaborator")
def check_collaborator(repository: Repository, user: User) -> Response:
    """Answer 204 where the user has access, 404 where not."""
    if access.role_of_user(github(), repository, user) is None:
        raise not_found()
    return Response(status=204)


@routes.get("/collaborators/<name>/permission")
@documented("collaborators/collaborators#get-repository-permissions-for-a-user")
def read_permission(repository: Repository, name: str) -> dict[str, Any]:
    """Answer with what any user may do, `none` included."""
    try:
        user = github().user(name)
    except UnknownNameError:
        raise Refusal(404, f"{name} is not a user") from None
    role = access.role_of_user(github(), repository, user)
    return {
        "permission": _LEGACY.get(role, role) if role else "none",
        "user": _collaborator(user, role),
        "role_name": role or "",
    }


def _collaborator(user: User, role: Role | None) -> dict[str, Any]:
    shown = {"permissions": access.permissions(role), "role_name": role or ""}
    return simple_account(user) | shown
