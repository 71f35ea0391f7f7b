"""Drive one stack through the engine and say what came of it."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.refusal import UNJUDGED
from sandbox.engine import Engine
from sandbox.sample import CHECKOUT
from sandbox.workbench import Workbench, open_workbench
from sandbox.world import World

ENFORCED = "PULUMI_OPTION_POLICY_PACK"
"""The setting by which the engine starts the pack."""


UP = "up --yes --skip-preview"
REFUSED_BY = pytest.mark.parametrize(
    "command", [UP, pytest.param("preview", marks=pytest.mark.long)]
)
"""Which command has to refuse: `make test` tries the one that would change something."""


@dataclass(frozen=True)
class Stack:
    """One stack on a workbench."""

    name: str
    bench: Workbench
    world: World

    @property
    def file(self) -> Path:
        """Return where the config lies."""
        return self.bench.project / f"Pulumi.{self.name}.yaml"

    @property
    def backend(self) -> Path:
        """Return the folder that holds the state."""
        return Path(self.bench.environment["PULUMI_BACKEND_URL"].removeprefix("file://"))

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return self.bench.pulumi(*arguments, "--stack", self.name)

    def succeed(self, *arguments: str) -> str:
        ended = self.run(*arguments)
        assert ended.returncode == 0, ended.stdout
        return ended.stdout

    def fail(self, *arguments: str) -> str:
        ended = self.run(*arguments)
        assert ended.returncode == 1, ended.stdout
        assert "Traceback" not in ended.stdout, ended.stdout
        return ended.stdout

    @property
    def unjudged(self) -> "Stack":
        """Return the stack without the pack, which takes a third of a run.

        For what the pack has judged in another run, and for what ends before the pack is asked.
        """
        seen = {k: v for k, v in self.bench.environment.items() if k != ENFORCED}
        return replace(self, bench=replace(self.bench, environment=seen))

    def refuse(self, *arguments: str) -> str:
        """Return what was printed where the program, and not the pack, has to refuse."""
        return self.unjudged.fail(*arguments)

    def assert_unchanged(self, *arguments: str) -> None:
        """Expect a preview without changes, of a config that the pack has judged."""
        self.unjudged.succeed("preview", "--expect-no-changes", *arguments)

    def up(self, *arguments: str) -> str:
        """Make it so at once; the pack judges an update as it does a preview."""
        return self.succeed("up", "--yes", "--skip-preview", *arguments)

    def configure(self, config: dict[str, Any]) -> None:
        """Replace the stack's config, keeping what the engine wrote beside it."""
        kept = yaml.safe_load(self.file.read_text())
        self.file.write_text(yaml.safe_dump({**kept, "config": config}))

    def deployment(self) -> dict[str, Any]:
        """Return the state: `resources`, and `pending_operations` where there are any."""
        deployment: dict[str, Any] = json.loads(self.succeed("stack", "export"))["deployment"]
        return deployment

    def state(self) -> list[dict[str, Any]]:
        resources: list[dict[str, Any]] = self.deployment().get("resources", [])
        return resources

    def output(self, name: str) -> Any:
        return json.loads(self.succeed("stack", "output", name, "--json"))


@contextmanager
def open_stack(
    engine: Engine,
    world: World,
    config: dict[str, Any],
    stack: str = "prod",
    credentials: str | None = None,
) -> Iterator[Stack]:
    """Yield a stack of `config`; `credentials` names the one whose account's keys it gets."""
    addresses = world.environment(credentials or stack)
    with open_workbench(engine, addresses, [CHECKOUT / "Pulumi.yaml"]) as bench:
        opened = Stack(stack, bench, world)
        opened.file.write_text(yaml.safe_dump({"config": config}))
        bench.create_stack(stack)
        yield opened


def sentences(printed: str) -> list[str]:
    """Return what the program said before it refused to go on, a sentence a line."""
    said = printed.partition("\nDiagnostics:\n")[2].partition("\n\n")[0].splitlines()[1:]
    lines = [line.strip().removeprefix("error: ") for line in said]
    return [line for line in lines if line != UNJUDGED]


Deploy = Callable[..., Stack]
"""What the fixture `deploy` is: it makes a stack of a config."""
