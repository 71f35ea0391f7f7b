"""Estates of any size: repositories with one environment and one role each, on both sides.

The same six resources for each environment as in a program without components: the environment, its
branch pattern, a role, its inline policy, and two variables.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from sandbox.github.state import Branch, Repository
from sandbox.workbench import CHECKOUT
from sandbox.world import REGION, STACKS, World

OWNER = "acme"
OWNER_ID = 9919
STACK = "prod"
RESOURCES = 6
"""Resources of one environment, components not counted."""
CATALOGUE = "estate.yaml"
_FIRST_ID = 900_000_000
_MONA, _LEADS = 583231, 4101
_SINCE = datetime(2024, 5, 2, tzinfo=UTC)


def repository_name(number: int) -> str:
    """Name the repository with that number."""
    return f"service-{number:05d}"


def populate(world: World, size: int) -> None:
    """Create the repositories on GitHub's stand-in."""
    owner = world.github.organisations[OWNER_ID]
    with world.journal.turn:
        for number in range(size):
            repository = Repository(
                _FIRST_ID + number, owner, repository_name(number), "private", _SINCE
            )
            repository.teams[_LEADS] = "write"
            repository.collaborators[_MONA] = "write"
            repository.branches.append(Branch("main", f"{number:040x}"))
            world.github.repositories[repository.id] = repository


def catalogue(size: int) -> dict[str, Any]:
    """Return the entries of all repositories, as plain data."""
    return {repository_name(number): _entry(number) for number in range(size)}


def stack_config() -> dict[str, Any]:
    """Return the config of a stack whose entries stand in a catalogue file."""
    return {
        "aws:region": REGION,
        "aws:allowedAccountIds": [STACKS[STACK].number],
        "github:owner": OWNER,
        "keyless:owner_id": OWNER_ID,
        "keyless:oidc_provider": {"create": True},
        "keyless:permissions_boundary": {"create": True},
        "keyless:catalogue": [CATALOGUE],
    }


def write_project(folder: Path, size: int) -> list[Path]:
    """Write the stack file and the catalogue, and return all files of the project."""
    stack, entries = folder / f"Pulumi.{STACK}.yaml", folder / CATALOGUE
    stack.write_text(yaml.safe_dump({"config": stack_config()}))
    entries.write_text(yaml.dump({"repositories": catalogue(size)}, Dumper=yaml.CSafeDumper))
    return [CHECKOUT / "Pulumi.yaml", stack, entries]


def _entry(number: int) -> dict[str, Any]:
    bucket = f"{OWNER}-{repository_name(number)}"
    return {
        "id": _FIRST_ID + number,
        "environments": {
            "production": {
                "deploy_from": {"branches": ["main"]},
                "reviewers": {"users": ["mona"], "teams": ["storefront-leads"]},
                "wait_minutes": 10,
                "roles": {
                    "deploy": {
                        "permissions": [
                            {
                                "preset": "statement",
                                "actions": ["s3:PutObject"],
                                "resources": [f"arn:aws:s3:::{bucket}/*"],
                            }
                        ]
                    }
                },
            }
        },
    }
