"""Serve one AWS stand-in to the tests of this folder, empty for each."""

from collections.abc import Iterator

import pytest

from sandbox.aws.moto_app import MotoApp
from sandbox.faults import Faults
from sandbox.journal import Journal
from sandbox.wire import Wire, serve
from tests.sandbox.aws.stand_in import StandIn


@pytest.fixture(scope="session")
def _served() -> Iterator[StandIn]:
    app, journal, faults = MotoApp(), Journal(), Faults()
    with serve(Wire(app, app.describe, journal, faults)) as url:
        yield StandIn(url, app, journal, faults)


@pytest.fixture
def aws(_served: StandIn) -> StandIn:
    _served.app.reset()
    _served.journal.clear()
    _served.faults.clear()
    return _served
