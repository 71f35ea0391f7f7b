"""Serve the rate limit overview."""

from typing import Any

from flask import Blueprint

from sandbox.github.documented import documented
from sandbox.github.headers import rate_limit
from sandbox.github.versions import before_2026_03_10

routes = Blueprint("rate-limit", __name__)


@routes.get("/rate_limit")
@documented("rate-limit/rate-limit#get-rate-limit-status-for-the-authenticated-user")
def read_rate_limit() -> dict[str, Any]:
    """Answer with what is left of this hour's calls."""
    limit = rate_limit()
    overview: dict[str, Any] = {"resources": {"core": limit, "search": limit, "graphql": limit}}
    return overview | ({"rate": limit} if before_2026_03_10() else {})
