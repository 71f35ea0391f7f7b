"""Describe repositories."""

from typing import Any

from sandbox.github import access
from sandbox.github.bodies.account import simple_account
from sandbox.github.bodies.moment import moment
from sandbox.github.links import api_url, html_url, node_id
from sandbox.github.state import Repository, Role
from sandbox.github.versions import before_2026_03_10

_LINKS = {
    "forks_url": "/forks",
    "keys_url": "/keys{/key_id}",
    "collaborators_url": "/collaborators{/collaborator}",
    "teams_url": "/teams",
    "hooks_url": "/hooks",
    "issue_events_url": "/issues/events{/number}",
    "events_url": "/events",
    "assignees_url": "/assignees{/user}",
    "branches_url": "/branches{/branch}",
    "tags_url": "/tags",
    "blobs_url": "/git/blobs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "trees_url": "/git/trees{/sha}",
    "statuses_url": "/statuses/{sha}",
    "languages_url": "/languages",
    "stargazers_url": "/stargazers",
    "contributors_url": "/contributors",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "commits_url": "/commits{/sha}",
    "git_commits_url": "/git/commits{/sha}",
    "comments_url": "/comments{/number}",
    "issue_comment_url": "/issues/comments{/number}",
    "contents_url": "/contents/{+path}",
    "compare_url": "/compare/{base}...{head}",
    "merges_url": "/merges",
    "archive_url": "/{archive_format}{/ref}",
    "downloads_url": "/downloads",
    "issues_url": "/issues{/number}",
    "pulls_url": "/pulls{/number}",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "labels_url": "/labels{/name}",
    "releases_url": "/releases{/id}",
    "deployments_url": "/deployments",
}
_COUNTS = (
    "size",
    "stargazers_count",
    "watchers_count",
    "forks_count",
    "open_issues_count",
    "forks",
    "open_issues",
    "watchers",
    "subscribers_count",
    "network_count",
)


_OF_ITS_PAGE = {
    "allow_auto_merge",
    "allow_merge_commit",
    "allow_rebase_merge",
    "allow_squash_merge",
    "has_downloads",
}


def team_repository(repository: Repository, role: Role) -> dict[str, Any]:
    """Describe a repository as seen by a team that has `role` in it."""
    return _common(repository, role) | {"role_name": role}


def listed_repository(repository: Repository, role: Role = "admin") -> dict[str, Any]:
    """Describe a repository as lists do, to somebody who has `role` in it."""
    common = _common(repository, role)
    return {name: value for name, value in common.items() if name not in _OF_ITS_PAGE}


def full_repository(repository: Repository) -> dict[str, Any]:
    """Describe a repository as its own page does, to an administrator."""
    return _common(repository, "admin") | {
        "has_discussions": False,
        "allow_update_branch": False,
        "squash_merge_commit_title": "COMMIT_OR_PR_TITLE",
        "squash_merge_commit_message": "COMMIT_MESSAGES",
        "merge_commit_title": "MERGE_MESSAGE",
        "merge_commit_message": "PR_TITLE",
        "custom_properties": {},
        "organization": simple_account(repository.owner),
    }


def _common(repository: Repository, role: Role) -> dict[str, Any]:
    return {
        **_identity(repository),
        **_addresses(repository),
        **dict.fromkeys(_COUNTS, 0),
        **_switches(repository),
        "permissions": access.permissions(role),
    }


def _identity(repository: Repository) -> dict[str, Any]:
    return {
        "id": repository.id,
        "node_id": node_id("R", repository.id),
        "name": repository.name,
        "full_name": repository.full_name,
        "private": repository.visibility != "public",
        "owner": simple_account(repository.owner),
        "description": None,
        "fork": False,
        "created_at": moment(repository.created_at),
        "updated_at": moment(repository.created_at),
        "pushed_at": moment(repository.created_at),
        "homepage": None,
        "language": None,
        "license": None,
        "topics": [],
        "visibility": repository.visibility,
        "default_branch": repository.default_branch,
    }


def _addresses(repository: Repository) -> dict[str, Any]:
    url = api_url(f"/repos/{repository.full_name}")
    page = html_url(f"/{repository.full_name}")
    host = page.split("/")[2]
    return {
        "html_url": page,
        "url": url,
        **{name: url + suffix for name, suffix in _LINKS.items()},
        "git_url": f"git://{host}/{repository.full_name}.git",
        "ssh_url": f"git@{host}:{repository.full_name}.git",
        "clone_url": f"{page}.git",
        "svn_url": page,
        "mirror_url": None,
    }


def _switches(repository: Repository) -> dict[str, Any]:
    switches: dict[str, Any] = {
        "has_issues": True,
        "has_projects": True,
        "has_wiki": True,
        "has_pages": False,
        "archived": repository.archived,
        "disabled": False,
        "allow_forking": False,
        "is_template": False,
        "web_commit_signoff_required": False,
        "allow_squash_merge": True,
        "allow_merge_commit": True,
        "allow_rebase_merge": True,
        "allow_auto_merge": False,
        "delete_branch_on_merge": False,
    }
    return switches | ({"has_downloads": True} if before_2026_03_10() else {})
