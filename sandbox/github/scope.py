"""Turn the names in a path into the things that they name, before a route sees them.

A route's parameters `owner` and `repo` (or `repository_id`) become `repository`, `org` becomes
`organisation`, `username` becomes `user`, `team_slug` becomes `team`, and `environment_name`
becomes `environment`. A route that takes a name which need not exist calls it `name`.
"""

from typing import Any, cast

from flask import request

from sandbox.github import versions
from sandbox.github.refusals import MovedElsewhere, Refusal, not_found
from sandbox.github.state import GitHubState, Repository, UnknownNameError
from sandbox.wire import DETAIL

STATE = "sandbox.github"
"""WSGI key under which a request carries the state that it is about."""


def github() -> GitHubState:
    """Return the state that the current request is about."""
    return cast(GitHubState, request.environ[STATE])


def resolve(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Check the caller's token and version, then replace names by what they name.

    Raises Refusal (401, 400, 404) or MovedElsewhere.
    """
    _authenticate()
    versions.selected()
    if values is None:
        return
    try:
        _resolve_accounts(values)
        _resolve_repository(values)
    except UnknownNameError:
        raise not_found() from None


def _authenticate() -> None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if not token:
        raise Refusal(401, "Requires authentication")
    if scheme.lower() not in ("bearer", "token") or token not in github().tokens:
        raise Refusal(401, "Bad credentials")


def _resolve_accounts(values: dict[str, Any]) -> None:
    if "team_slug" in values:
        values["team"] = github().team(values.pop("org"), values.pop("team_slug"))
    if "org" in values:
        values["organisation"] = github().organisation(values.pop("org"))
    if "username" in values:
        values["user"] = github().user(values.pop("username"))


def _resolve_repository(values: dict[str, Any]) -> None:
    if "repository_id" in values:
        repository = github().repositories.get(values.pop("repository_id"))
        if repository is None:
            raise not_found()
    elif "owner" in values:
        repository = _by_name(f"{values.pop('owner')}/{values.pop('repo')}")
    else:
        return
    values["repository"] = repository
    _note(repository=repository.full_name)
    if "environment_name" in values:
        require_environments(repository)
        values["environment"] = repository.environment(values.pop("environment_name"))
        _note(environment=values["environment"].name)


def _by_name(full_name: str) -> Repository:
    try:
        return github().repository(full_name)
    except UnknownNameError:
        moved = github().redirects.get(full_name.casefold())
        if moved is None or moved not in github().repositories:
            raise
        raise MovedElsewhere(moved) from None


def require_environments(repository: Repository) -> None:
    """Refuse where the plan has no environments (404, as GitHub answers there)."""
    if repository.visibility != "public" and not repository.owner.plan.environments:
        raise not_found()


def _note(**facts: str) -> None:
    """Tell the journal what the call turned out to be about."""
    request.environ.get(DETAIL, {}).update(facts)
