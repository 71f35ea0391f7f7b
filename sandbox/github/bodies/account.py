"""Describe users and organisations."""

from typing import Any

from sandbox.github.bodies.moment import moment
from sandbox.github.links import api_url, html_url, node_id
from sandbox.github.state import Organisation, User

_LINKS = {
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}
_ORGANISATION_LINKS = {
    "repos_url": "/repos",
    "events_url": "/events",
    "hooks_url": "/hooks",
    "issues_url": "/issues",
    "members_url": "/members{/member}",
    "public_members_url": "/public_members{/member}",
}


def simple_account(account: User | Organisation) -> dict[str, Any]:
    """Describe an account as other things mention it."""
    organisation = isinstance(account, Organisation)
    url = api_url(f"/users/{account.login}")
    return {
        "login": account.login,
        "id": account.id,
        "node_id": node_id("O" if organisation else "U", account.id),
        "avatar_url": html_url(f"/avatars/u/{account.id}?v=4"),
        "gravatar_id": "",
        "url": url,
        "html_url": html_url(f"/{account.login}"),
        **{name: url + suffix for name, suffix in _LINKS.items()},
        "type": "Organization" if organisation else "User",
        "user_view_type": "public",
        "site_admin": False,
    }


def public_account(account: User | Organisation) -> dict[str, Any]:
    """Describe an account as its own page does."""
    return simple_account(account) | {
        "name": account.name if isinstance(account, User) else account.login,
        "company": None,
        "blog": "",
        "location": None,
        "email": None,
        "hireable": None,
        "bio": None,
        "twitter_username": None,
        "public_repos": 0,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": moment(account.created_at),
        "updated_at": moment(account.created_at),
    }


def team_organisation(organisation: Organisation) -> dict[str, Any]:
    """Describe an organisation as its teams do."""
    url = api_url(f"/orgs/{organisation.login}")
    return {
        "login": organisation.login,
        "id": organisation.id,
        "node_id": node_id("O", organisation.id),
        "url": url,
        **{name: url + suffix for name, suffix in _ORGANISATION_LINKS.items()},
        "avatar_url": html_url(f"/avatars/u/{organisation.id}?v=4"),
        "description": None,
        "name": organisation.login,
        "company": None,
        "blog": None,
        "location": None,
        "email": None,
        "twitter_username": None,
        "is_verified": True,
        "has_organization_projects": True,
        "has_repository_projects": True,
        "public_repos": 0,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "html_url": html_url(f"/{organisation.login}"),
        "created_at": moment(organisation.created_at),
        "updated_at": moment(organisation.created_at),
        "archived_at": None,
        "type": "Organization",
    }
