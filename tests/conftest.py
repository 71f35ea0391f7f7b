"""What all tests share: the engine, which of them need it, and that an interruption arrives."""

import os
import signal
from pathlib import Path

import pytest

from sandbox.engine import Engine, provide_engine
from tests.keyless.workflow.actionlint_build import find_go, provide_actionlint

NOT_FAST = frozenset({"engine", "actionlint"})
"""Fixtures that need Pulumi or Go, where `make test-fast` needs neither."""


def pytest_configure() -> None:
    """Take interruptions: a shell that starts `make test &` has all its children ignore them.

    And let children keep what they compile, where the caller's environment says otherwise: each of
    them would compile the whole project anew.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make test-fast` leaves out."""
    for item in items:
        if not NOT_FAST.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker("engine")


@pytest.fixture(scope="session")
def engine() -> Engine:
    return provide_engine()


@pytest.fixture(scope="session")
def actionlint() -> Path:
    """Return the checker of workflow files, built first if need be."""
    go = find_go()
    if go is None:
        pytest.skip("no Go to build actionlint with")
    return provide_actionlint(go)
