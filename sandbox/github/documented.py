"""Tie a route to its page in GitHub's documentation, which refusals point at."""

from collections.abc import Callable
from typing import TypeVar

from flask import current_app, request

HOME = "https://docs.github.com/rest"

_Route = TypeVar("_Route", bound=Callable[..., object])


def documented(page: str) -> Callable[[_Route], _Route]:
    """Name the page of a route, below `HOME`."""

    def tie(route: _Route) -> _Route:
        vars(route)["documentation"] = f"{HOME}/{page}"
        return route

    return tie


def documentation_url() -> str:
    """Return the page of the route that the current request reached."""
    route = current_app.view_functions.get(request.endpoint or "")
    return str(getattr(route, "documentation", HOME))
