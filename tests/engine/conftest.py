"""Run the real engine: one engine for all tests, a fresh world and workbench for each."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from sandbox.engine import Engine, provide_engine
from sandbox.world import World, open_world
from tests.engine.stack import Deploy, open_stack


@pytest.fixture(scope="session")
def engine() -> Engine:
    return provide_engine()


@pytest.fixture
def world() -> Iterator[World]:
    with open_world() as opened:
        yield opened


@pytest.fixture
def deploy(engine: Engine, world: World) -> Iterator[Deploy]:
    """Return a function that makes a stack of a config, as `open_stack` does."""
    with ExitStack() as opened:
        yield lambda *what, **how: opened.enter_context(open_stack(engine, world, *what, **how))
