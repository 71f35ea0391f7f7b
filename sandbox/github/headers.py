"""Add the headers that every answer of the API carries, and answer unchanged reads with 304."""

import hashlib

from flask import request
from flask.wrappers import Response

from sandbox.github import versions
from sandbox.github.scope import github

HOURLY_LIMIT = 1_000_000
"""Far more calls an hour than GitHub allows, so that only `sandbox.faults` plays the limit."""

_VARY = ("Accept", "Authorization", "Cookie")


def add_headers(response: Response) -> Response:
    """Add version, media type, rate limit and entity tag."""
    state = github()
    state.calls += 1
    version = request.headers.get(versions.HEADER, versions.SUPPORTED[0])
    response.headers["X-GitHub-Api-Version-Selected"] = version
    response.headers["X-GitHub-Media-Type"] = "github.v3; format=json"
    response.headers["X-GitHub-Request-Id"] = f"{state.calls:04X}:0:0:0:0"
    response.headers["Vary"] = ", ".join(_VARY)
    for name, value in rate_limit().items():
        response.headers[f"X-RateLimit-{name.title()}"] = str(value)
    response.headers["X-RateLimit-Resource"] = "core"
    if response.status_code in (200, 201):
        response.headers["Cache-Control"] = "private, max-age=60, s-maxage=60"
        response.set_etag(_entity_tag(response.get_data()))
        response.make_conditional(request)
    return response


def rate_limit() -> dict[str, int]:
    """Return the limit of this hour and what is left of it."""
    state = github()
    now = int(state.now().timestamp())
    used = min(state.calls, HOURLY_LIMIT)
    reset = now - now % 3600 + 3600
    return {"limit": HOURLY_LIMIT, "remaining": HOURLY_LIMIT - used, "reset": reset, "used": used}


def _entity_tag(body: bytes) -> str:
    digest = hashlib.sha256()
    for name in _VARY:
        digest.update(f"{request.headers.get(name, '')}:".encode())
    digest.update(body)
    return digest.hexdigest()
