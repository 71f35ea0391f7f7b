"""The stacks of the sample, brought up in waves as a pipeline does, each in its own account.

Both have a role in the same repositories, and leave each other alone.
"""

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
from tests.engine.picture import picture
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


def test_staging_comes_first_and_prod_comes_changes_and_goes_beside_it(
    stacks: dict[str, Stack], project: Path, world: World
) -> None:
    staging, prod = stacks["staging"], stacks["prod"]
    assert listed(project) == [["staging"], ["prod"]]
    staging.up()
    alone = picture(world, "staging")
    prod.up()
    assert_both_name_their_roles(world)
    staging.assert_unchanged("--refresh")
    file = project / "Pulumi.prod.yaml"
    file.write_text(file.read_text().replace("wait_minutes: 10", "wait_minutes: 20"))
    assert listed(project, "--changed-since", "HEAD") == [[], ["prod"]]
    shutil.copy(file, prod.file)
    assert "~ 1 to update" in prod.unjudged.succeed("preview")
    prod.succeed("destroy", "--yes", "--exclude-protected")
    assert world.aws.iam(STACKS["prod"]).roles == {}
    assert take_kept_environments(world) == [
        "acme/storefront",
        "acme/checkout-api",
        "acme/infrastructure",
        "acme/keyless",
    ]
    assert picture(world, "staging") == alone


def assert_both_name_their_roles(world: World) -> None:
    infrastructure = world.github.repository("acme/infrastructure")
    assert sorted(infrastructure.variables) == [
        "AWS_ROLE_ARN_PROD_PULL_REQUESTS_PLAN",
        "AWS_ROLE_ARN_STAGING_PULL_REQUESTS_PLAN",
    ]
    accounts = {
        name: environment.variables["AWS_ROLE_ARN"].value.split(":")[4]
        for name, environment in infrastructure.environments.items()
    }
    assert accounts == {"staging": "111111111111", "production": "222222222222"}


def take_kept_environments(world: World) -> list[str]:
    """Remove the environments that prod left behind, empty, and return whose they were."""
    kept = []
    with world.journal.turn:
        for repository in world.github.repositories.values():
            environment = repository.environments.pop("production", None)
            if environment:
                kept.append(repository.full_name)
                assert environment.variables == {}
                assert (environment.deployment_branches, environment.policies) == ("custom", {})
    return kept
