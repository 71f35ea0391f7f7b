"""One config that keeps every rule, for tests to spoil in one place each."""

from pathlib import Path
from typing import Any

from keyless.estate.reading import SettingsError, read_settings
from keyless.estate.settings import Settings

Raw = dict[str, Any]

ENTRY = "keyless:repositories.storefront"
"""Where the entry that tests spoil stands."""

PRODUCTION = f"{ENTRY}.environments.production"


def stack_config() -> Raw:
    """Return a whole config, decoded, with every kind of context in it."""
    return {
        "aws:region": "eu-west-1",
        "aws:allowedAccountIds": ["222222222222"],
        "github:owner": "acme",
        "keyless:owner_id": 9919,
        "keyless:oidc_provider": {"create": True},
        "keyless:permissions_boundary": {"create": True},
        "keyless:defaults": {
            "session_minutes": 60,
            "role_path": "/keyless/",
            "tags": {"team": "platform"},
        },
        "keyless:static_keys": "report",
        "keyless:repositories": {"storefront": storefront(), "pages": pages()},
    }


def reviewed_role(role: Raw) -> Raw:
    """Return a config of one reviewed environment with one role, which the strictest pack takes."""
    production = {
        "deploy_from": {"branches": ["main"]},
        "reviewers": {"teams": ["storefront-leads"]},
        "roles": {"deploy": role},
    }
    return {
        "aws:region": "eu-west-1",
        "aws:allowedAccountIds": ["222222222222"],
        "github:owner": "acme",
        "keyless:owner_id": 9919,
        "keyless:repositories": {
            "storefront": {"id": 811223344, "environments": {"production": production}}
        },
    }


def storefront() -> Raw:
    """Return an entry with every key."""
    return {
        "id": 811223344,
        "environments": {"production": production()},
        "branches": {"develop": {"roles": {"deploy": role()}}},
        "pull_requests": {"roles": {"plan": role()}},
        "whole_repository": {"roles": {"read": role()}},
        "protected_branches": {"main": {"approvals": 1}},
        "renamed_from": ["shop"],
    }


def production() -> Raw:
    """Return an environment with every key."""
    return {
        "deploy_from": {"branches": ["main"], "tags": ["v*"]},
        "reviewers": {"users": ["mona"], "teams": ["storefront-leads"]},
        "wait_minutes": 10,
        "prevent_self_review": True,
        "admins_bypass": False,
        "variables": {"S3_BUCKET": "storefront-prod"},
        "region": "eu-central-1",
        "roles": {
            "deploy": role(),
            "migrate": role()
            | {
                "session_minutes": 120,
                "workflows": ["acme/pipelines/.github/workflows/migrate.yml@refs/tags/v3"],
                "role_name": "storefront-migrate",
                "permissions_boundary": {"arn": "arn:aws:iam::222222222222:policy/own"},
            },
        },
    }


def pages() -> Raw:
    """Return an entry that says no more than it has to."""
    return {
        "id": 855667788,
        "environments": {
            "preview": {
                "deploy_from": {"branches": ["main"]},
                "reviewers": "none",
                "roles": {"deploy": role()},
            }
        },
    }


def role() -> Raw:
    """Return a role with one permission."""
    return {"permissions": [{"preset": "lambda-function", "function": "checkout"}]}


def read(raw: Raw, *, stack: str = "prod", root: Path = Path("/nowhere")) -> Settings:
    """Read a config."""
    return read_settings(raw, stack=stack, root=root)


def errors(raw: Raw, *, root: Path = Path("/nowhere")) -> tuple[str, ...]:
    """Return every sentence about a config; none where it is read."""
    try:
        read(raw, root=root)
    except SettingsError as error:
        return error.errors
    return ()


def spoiled(path: str, value: object, raw: Raw | None = None) -> Raw:
    """Return the config with one value set; `path` goes down from the storefront entry.

    A path that begins with a namespace (`keyless:owner_id`) goes down from the top.
    """
    raw = stack_config() if raw is None else raw
    first, *rest = path.split("/")
    keys = [first, *rest] if ":" in first else ["keyless:repositories", "storefront", first, *rest]
    owner: Any = raw
    for key in keys[:-1]:
        owner = owner[_at(owner, key)]
    owner[_at(owner, keys[-1])] = value
    return raw


def _at(owner: object, key: str) -> str | int:
    return int(key) if isinstance(owner, list) else key
