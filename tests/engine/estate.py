"""Configs of the sample estate's repositories, for tests to put together, spoil and change."""

from typing import Any

from sandbox.github.state import Environment, GitHubState, Reviewer
from sandbox.world import REGION, STACKS

Config = dict[str, Any]

IDS = {"storefront": 811223344, "checkout-api": 822334455, "infrastructure": 833445566}
WRITE = {
    "preset": "statement",
    "actions": ["s3:PutObject"],
    "resources": ["arn:aws:s3:::storefront-prod/*"],
}
READ = {"preset": "read-only", "services": ["s3"]}


def storefront() -> Config:
    """Return the prod config of `storefront`: one environment, one role."""
    return stack_config({"storefront": entry("storefront", production=environment())})


def protected_storefront() -> Config:
    """Return the config of `storefront` with a ruleset for its main branch besides."""
    config = storefront()
    config["keyless:repositories"]["storefront"]["protected_branches"] = {"main": {}}
    return config


def stack_config(repositories: Config, stack: str = "prod", **changes: Any) -> Config:
    """Return the config of a stack; `changes` are further keys of `keyless:`."""
    return {
        "aws:region": REGION,
        "aws:allowedAccountIds": [STACKS[stack].number],
        "github:owner": "acme",
        "keyless:owner_id": 9919,
        "keyless:repositories": repositories,
        **{f"keyless:{key}": value for key, value in changes.items()},
    }


def entry(repository: str, **environments: Config) -> Config:
    """Return the entry of a repository with these environments."""
    return {"id": IDS[repository], "environments": environments}


def environment(**changes: Any) -> Config:
    """Return a fully protected environment with one role, with some keys changed."""
    return {
        "deploy_from": {"branches": ["main"], "tags": ["v*"]},
        "reviewers": {"users": ["mona"], "teams": ["storefront-leads"]},
        "wait_minutes": 10,
        "variables": {"S3_BUCKET": "storefront-prod"},
        "roles": roles("deploy"),
        **changes,
    }


def roles(*functions: str, permission: Config = WRITE) -> Config:
    """Return roles with one permission each."""
    return {function: {"permissions": [permission]} for function in functions}


def made_by_hand(
    github: GitHubState,
    full_name: str,
    name: str = "production",
    *,
    users: tuple[int, ...] = (583231,),
    teams: tuple[int, ...] = (4101,),
) -> Environment:
    """Create an environment on GitHub as `environment` says, without patterns and variables."""
    made = github.create_environment(github.repository(full_name), name)
    made.reviewers = [
        *(Reviewer("User", user) for user in users),
        *(Reviewer("Team", team) for team in teams),
    ]
    made.prevent_self_review, made.can_admins_bypass = True, False
    made.wait_timer, made.deployment_branches = 10, "custom"
    return made
