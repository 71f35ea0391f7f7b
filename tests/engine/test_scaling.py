"""The calls of an environment that the page on scaling counts with, against two stacks' own."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.github.state import Branch
from sandbox.sample import CHECKOUT
from sandbox.world import World, open_world
from tests.engine.estate import stack_config
from tests.engine.stack import Stack, open_stack
from tests.engine.test_drift import drift
from tests.engine.test_look_ups import with_a_team_each

RUNS: dict[str, Callable[[Stack], object]] = {
    "first `up`, with its preview": lambda stack: stack.succeed("up", "--yes"),
    "preview without changes": lambda stack: stack.succeed("preview"),
    "`up` without changes, with its preview": lambda stack: stack.succeed("up", "--yes"),
    "`preview --refresh`": lambda stack: stack.succeed("preview", "--refresh"),
    "`keyless drift`": drift,
    "`destroy`": lambda stack: stack.succeed(
        "destroy", "--yes", "--skip-preview", "--exclude-protected"
    ),
}


def estate(world: World, size: int) -> dict[str, Any]:
    """Return a stack of environments with one branch, one role, a person and a team each."""
    config = with_a_team_each(world.github, size)
    mona = next(each.id for each in world.github.users.values() if each.login == "mona")
    for entered in config.values():
        repository = world.github.repositories[entered["id"]]
        repository.collaborators[mona] = "write"
        repository.branches.append(Branch("main", "0" * 40))
        production = entered["environments"]["production"]
        production["reviewers"]["users"] = ["mona"]
        production["deploy_from"] = {"branches": ["main"]}
        del production["variables"]
    return stack_config(config)


def measured(engine: Any, size: int) -> dict[str, int]:
    """Return how many calls of GitHub each run makes."""
    with open_world() as world, open_stack(engine, world, estate(world, size)) as stack:
        counts = {}
        for name, run in RUNS.items():
            world.journal.clear()
            run(stack)
            counts[name] = world.journal.count("github")
    return counts


@pytest.mark.long
def test_an_environment_takes_the_calls_that_the_page_says(engine: Any) -> None:
    page = (CHECKOUT / "docs" / "scaling.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|]*?) \| (\d+) \| [\d,]+ \| [\d,]+ \|$", page, re.MULTILINE)
    few, many = measured(engine, 3), measured(engine, 7)
    assert {name: int(calls) for name, calls in rows} == {
        name: (many[name] - few[name]) / 4 for name in RUNS
    }
