"""Serve one AWS stand-in to the tests of this folder, empty for each."""

from collections.abc import Iterator
from threading import Event

import pytest

from sandbox.aws.moto_app import MotoApp
from sandbox.aws.provider.server import started
from sandbox.aws.provider.servicer import ProviderServicer
from sandbox.faults import Faults
from sandbox.journal import Journal
from sandbox.wire import Wire, serve
from tests.sandbox.aws.driver import Driver
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


@pytest.fixture(scope="session")
def _provider(_served: StandIn) -> Iterator[Driver]:
    server, port = started(ProviderServicer(Event()))
    driver = Driver(port)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", _served.url)
        yield driver
    driver.channel.close()
    server.stop(None).wait()


@pytest.fixture
def unconfigured(_provider: Driver, aws: StandIn) -> Driver:
    """Return the provider for a test that configures it by itself."""
    return _provider


@pytest.fixture
def provider(unconfigured: Driver, aws: StandIn) -> Driver:
    """Return the provider, configured for the prod account."""
    unconfigured.configure_as_usual()
    aws.journal.clear()
    return unconfigured
