"""Run the real engine: one engine for all tests, a fresh world and workbench for each."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.engine import Engine, provide_engine
from sandbox.workbench import CHECKOUT, open_workbench
from sandbox.world import World, open_world
from tests.engine.stack import Stack


@pytest.fixture(scope="session")
def engine() -> Engine:
    return provide_engine()


@pytest.fixture
def world() -> Iterator[World]:
    with open_world() as opened:
        yield opened


@pytest.fixture
def deploy(
    engine: Engine, world: World, tmp_path: Path
) -> Iterator[Callable[[dict[str, Any]], Stack]]:
    """Return a function that makes a stack of a config, of `prod` unless told otherwise.

    `credentials` names the stack whose account the engine gets the keys of, if not its own.
    """
    with ExitStack() as opened:

        def make(
            config: dict[str, Any], stack: str = "prod", credentials: str | None = None
        ) -> Stack:
            file = tmp_path / f"Pulumi.{stack}.yaml"
            file.write_text(yaml.safe_dump({"config": config}))
            addresses = world.environment(credentials or stack)
            bench = opened.enter_context(
                open_workbench(engine, addresses, [CHECKOUT / "Pulumi.yaml", file])
            )
            bench.create_stack(stack)
            return Stack(stack, bench, world)

        yield make
