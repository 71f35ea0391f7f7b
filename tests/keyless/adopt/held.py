"""A seed as both readers find it, once a seed."""

import os
from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from functools import cache
from typing import Any
from unittest.mock import patch

from keyless.adopt.account import Account
from keyless.adopt.account_reader import read_account
from keyless.adopt.decided import Decided
from keyless.adopt.decisions import decide, named_repositories
from keyless.adopt.organisation import Organisation
from keyless.adopt.organisation_reader import OrganisationReader
from keyless.github_api import GithubApi
from sandbox.seed import Seed, read_seed
from sandbox.world import World, open_world
from tests import seeds


def read_world(world: World, owner: str = "acme") -> tuple[Account, Organisation]:
    with patch.dict(os.environ, world.environment("prod")):
        account = read_account(None)
        reader = OrganisationReader(GithubApi.from_environment(), owner, lambda _: None)
        return account, reader.read([], named_repositories(account.roles))


def decided_world(world: World, as_of: str = "2026-11-30") -> Decided:
    account, organisation = read_world(world)
    return decide(
        account,
        organisation,
        region="eu-west-1",
        role_path="/keyless/",
        as_of=date.fromisoformat(as_of),
    )


@cache
def decided_seed(name: str) -> Decided:
    with open_world(read_seed(seeds.file_of(name))) as world:
        return decided_world(world, seeds.expected(name)["as_of"])


def decided_of(aws: Mapping[str, Any], github: Mapping[str, Any]) -> Decided:
    with open_world(Seed(aws, github)) as world:
        return decided_world(world)


def role_entry(name: str, role: str) -> dict[str, Any]:
    """Return a role of a seed as IAM answers it."""
    return deepcopy(_roles(name)[role])


@cache
def _roles(name: str) -> dict[str, dict[str, Any]]:
    details = read_seed(seeds.file_of(name)).aws["details"]["RoleDetailList"]
    return {one["RoleName"]: one for one in details}
