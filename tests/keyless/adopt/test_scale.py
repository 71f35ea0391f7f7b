"""What an estate of 120 roles and 40 repositories costs, on both stand-ins."""

import copy
import json
import os
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from sandbox.seed import Seed, read_seed
from sandbox.world import open_world
from tests import seeds
from tests.keyless.command_run import run

ROLES, REPOSITORIES = 120, 40


def large_seed() -> Seed:
    """Return the repositories of a seed under further names, with every role of each."""
    small = read_seed(seeds.file_of("small"))
    originals = small.github["repositories"]
    aws, github = copy.deepcopy(dict(small.aws)), copy.deepcopy(dict(small.github))
    aws["details"]["RoleDetailList"], github["repositories"] = [], []
    for number in range(REPOSITORIES):
        original = originals[number % len(originals)]
        name = f"{original['name']}-{number}"
        repository = _renamed(original, original["name"], name)
        repository["id"] = 710_000_000 + number
        text = json.dumps(repository).replace(str(original["id"]), str(repository["id"]))
        roles = [
            role
            for role in small.aws["details"]["RoleDetailList"]
            if f"acme/{original['name']}:" in json.dumps(role)
        ]
        for copied in range(ROLES // REPOSITORIES):
            role = roles[copied % len(roles)]
            new = _renamed(role, role["RoleName"], f"{role['RoleName']}-{number}-{copied}")
            new = _renamed(new, f"acme/{original['name']}:", f"acme/{name}:")
            new = _renamed(
                new, f"/{original['name']}@{original['id']}", f"/{name}@{repository['id']}"
            )
            new = _renamed(new, str(original["id"]), str(repository["id"]))
            aws["details"]["RoleDetailList"].append(new)
            text = text.replace(f'/{role["RoleName"]}"', f'/{new["RoleName"]}"')
        github["repositories"].append(json.loads(text))
    for team in github.get("teams", ()):
        team["repositories"] = {
            each["name"]: "push" for each in github["repositories"] if team["repositories"]
        }
    return Seed(aws, github)


def _renamed(value: Any, old: str, new: str) -> Any:
    return json.loads(json.dumps(value).replace(old, new))


@pytest.mark.long
def test_a_hundred_and_twenty_roles_and_forty_repositories_in_a_minute(tmp_path: Path) -> None:
    with open_world(large_seed()) as world, patch.dict(os.environ, world.environment("prod")):
        began = time.monotonic()
        words = ["--owner", "acme", "--as-of", "2026-11-30", "--json"]
        ended = run("adopt", "--write", str(tmp_path), *words)
        seconds = time.monotonic() - began
    roles = json.loads(ended.out)["roles"]
    assert len(roles) == ROLES
    assert sum(role["decision"] == "adopt" for role in roles) >= REPOSITORIES
    assert seconds < 60
