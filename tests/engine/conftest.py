"""Run the real engine: one engine for all tests, a fresh world and workbench for each."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from sandbox.engine import Engine
from sandbox.world import World, open_world
from tests.engine.estate import protected_storefront
from tests.engine.moment import Moment
from tests.engine.stack import Deploy, Stack, open_stack


@pytest.fixture
def world() -> Iterator[World]:
    with open_world() as opened:
        yield opened


@pytest.fixture
def deploy(engine: Engine, world: World) -> Iterator[Deploy]:
    """Return a function that makes a stack of a config, as `open_stack` does."""
    with ExitStack() as opened:
        yield lambda *what, **how: opened.enter_context(open_stack(engine, world, *what, **how))


@pytest.fixture(scope="session")
def kept(engine: Engine) -> Iterator[tuple[Stack, Moment]]:
    """Yield a stack in a world of its own, and the moment after its first `up`."""
    with (
        TemporaryDirectory(prefix="keyless-kept-") as folder,
        open_world() as world,
        open_stack(engine, world, protected_storefront()) as stack,
    ):
        stack.up()
        yield stack, Moment.of(stack, Path(folder) / "deployed")


@pytest.fixture
def deployed(kept: tuple[Stack, Moment]) -> Stack:
    """Return a stack of `protected_storefront` as its first `up` has left it."""
    stack, moment = kept
    moment.restore(stack)
    return stack
