"""Keep a moment of both stand-ins and of a stack's own files, and go back to it.

So a run that starts from a deployed stack costs no deployment of its own.
"""

import shutil
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from moto.iam.models import IAMBackend

from sandbox.github.state import GitHubState
from sandbox.world import STACKS, World
from tests.engine.stack import Stack

_RUNNING = ("now", "_ids")
"""What of GitHub's state goes on: its clock, and the numbers that it gives out."""


@dataclass(frozen=True)
class Moment:
    """Hold what both sides and the backend held when it was taken."""

    github: Mapping[str, Any]
    accounts: Mapping[str, Mapping[str, Any]]
    files: Path

    @classmethod
    def of(cls, stack: Stack, files: Path) -> "Moment":
        """Take the present moment; copies of the stack's files go to the new folder `files`."""
        with stack.world.journal.turn:
            github, accounts = _github(stack.world.github), _accounts(stack.world)
        shutil.copytree(stack.backend, files / "backend")
        for file in stack.bench.project.glob("Pulumi*.yaml"):
            shutil.copy(file, files)
        return cls(github, accounts, files)

    def restore(self, stack: Stack) -> None:
        """Put everything back, and forget calls and faults."""
        world = stack.world
        with world.journal.turn:
            for name, value in deepcopy(self.github).items():
                setattr(world.github, name, value)
            for name, held in deepcopy(self.accounts).items():
                _put_back(world.aws.iam(STACKS[name]), held)
            world.faults.clear()
            world.journal.clear()
        shutil.rmtree(stack.backend)
        shutil.copytree(self.files / "backend", stack.backend)
        for file in stack.bench.project.glob("Pulumi*.yaml"):
            file.unlink()
        for file in self.files.glob("Pulumi*.yaml"):
            shutil.copy(file, stack.bench.project)


def _github(state: GitHubState) -> dict[str, Any]:
    kept = (each.name for each in fields(state) if each.name not in _RUNNING)
    return deepcopy({name: getattr(state, name) for name in kept})


def _accounts(world: World) -> dict[str, dict[str, Any]]:
    return deepcopy({name: _held(world.aws.iam(account)) for name, account in STACKS.items()})


def _held(iam: IAMBackend) -> dict[str, Any]:
    own = {arn: each for arn, each in iam.managed_policies.items() if not _is_of_aws(arn)}
    return {
        "roles": iam.roles,
        "managed_policies": own,
        "open_id_providers": iam.open_id_providers,
    }


def _put_back(iam: IAMBackend, held: Mapping[str, Any]) -> None:
    of_aws = {arn: each for arn, each in iam.managed_policies.items() if _is_of_aws(arn)}
    iam.roles = held["roles"]
    iam.managed_policies = of_aws | held["managed_policies"]
    iam.open_id_providers = held["open_id_providers"]


def _is_of_aws(arn: str) -> bool:
    return ":aws:policy/" in arn
