"""The stacks of the sample, brought up in waves as a pipeline does, each in its own account."""

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sandbox.engine import Engine
from sandbox.sample import CHECKOUT
from sandbox.workbench import open_workbench
from sandbox.world import STACKS, World
from tests.engine.stack import Stack
from tests.keyless.command_run import run
from tests.keyless.stacks.made import git

WAVES = ("--wave", "staging*", "--wave", "*", "--json")


@pytest.fixture
def stacks(engine: Engine, world: World) -> Iterator[dict[str, Stack]]:
    with ExitStack() as opened:

        def create(name: str) -> Stack:
            bench = opened.enter_context(open_workbench(engine, world.environment(name)))
            bench.create_stack(name)
            return Stack(name, bench, world)

        yield {name: create(name) for name in ("staging", "prod")}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a checkout of the files that say which stacks there are."""
    folder = tmp_path / "project"
    (folder / "policypack" / "config").mkdir(parents=True)
    for name in ("Pulumi.yaml", "Pulumi.staging.yaml", "Pulumi.prod.yaml"):
        shutil.copy(CHECKOUT / name, folder / name)
    for file in (CHECKOUT / "policypack" / "config").glob("*.json"):
        shutil.copy(file, folder / "policypack" / "config" / file.name)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "first")
    return folder


def listed(folder: Path, *words: str) -> list[list[str]]:
    ended = run("stacks", "--folder", str(folder), *WAVES, *words)
    assert ended.status == 0, ended.err
    return [[row["stack"] for row in wave] for wave in json.loads(ended.out)["waves"]]


def test_staging_comes_first_and_a_change_of_prod_leaves_staging_out(
    stacks: dict[str, Stack], project: Path, world: World
) -> None:
    made = []
    for wave in listed(project):
        for name in wave:
            stacks[name].up()
        made.append([name for name in STACKS if world.aws.iam(STACKS[name]).roles])
    assert made == [["staging"], ["staging", "prod"]]
    file = project / "Pulumi.prod.yaml"
    file.write_text(file.read_text().replace("wait_minutes: 10", "wait_minutes: 20"))
    assert listed(project, "--changed-since", "HEAD") == [[], ["prod"]]
    shutil.copy(file, stacks["prod"].file)
    assert "~ 1 to update" in stacks["prod"].succeed("preview")
    stacks["staging"].succeed("preview", "--expect-no-changes")
