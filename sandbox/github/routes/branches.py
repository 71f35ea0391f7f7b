"""Serve branches: which there are, and which a protection rule covers."""

from typing import Any

from flask import Blueprint, request

from sandbox.github.documented import documented
from sandbox.github.links import api_url, segment
from sandbox.github.pages import page_of
from sandbox.github.state import Branch, Repository

routes = Blueprint("branches", __name__)


@routes.get("/branches")
@documented("branches/branches#list-branches")
def list_branches(repository: Repository) -> list[dict[str, Any]]:
    """List branches; `protected=true` or `false` keeps those that are, or are not."""
    wanted = request.args.get("protected", "").lower()
    kept = (b for b in repository.branches if wanted in ("", str(b.protected).lower()))
    return page_of(_branch(repository, branch) for branch in kept)


def _branch(repository: Repository, branch: Branch) -> dict[str, Any]:
    url = api_url(f"/repos/{repository.full_name}")
    return {
        "name": branch.name,
        "commit": {"sha": branch.sha, "url": f"{url}/commits/{branch.sha}"},
        "protected": branch.protected,
        "protection": {"enabled": branch.protected},
        "protection_url": f"{url}/branches/{segment(branch.name)}/protection",
    }
