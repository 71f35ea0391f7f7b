"""Share one engine, and one rig with its kept moments, among all runs of a process."""

from collections.abc import Iterator

import pytest

from sandbox.engine import Engine
from sandbox.world import World, open_world
from tests.faults.rig import Rig, open_rig


@pytest.fixture(scope="session")
def rig(engine: Engine) -> Iterator[Rig]:
    with open_rig(engine) as opened:
        yield opened


@pytest.fixture
def world() -> Iterator[World]:
    with open_world() as opened:
        yield opened
