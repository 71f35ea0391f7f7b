"""What all tests share: the engine, which of them need it, and that an interruption arrives."""

import gc
import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from unittest.mock import patch

import pytest
from botocore import session

from keyless.trust import Judgement
from keyless.trust.document import Document
from sandbox.engine import Engine, provide_engine
from tests.keyless.workflow.actionlint_build import find_go, provide_actionlint

NOT_FAST = frozenset({"engine", "actionlint"})
"""Fixtures that need Pulumi or Go, where `make test-fast` needs neither."""


def pytest_configure() -> None:
    """Take interruptions: a shell that starts `make test &` has all its children ignore them.

    And keep what is compiled, also where the caller's environment says otherwise: each worker and
    each child would compile all tests and the whole project anew. And look for garbage seldom: a
    full collection walks over all that pytest keeps of its tests, 0.4 s of CPU time each. And speak
    English: argparse looks for files of translations, a dozen for each command that a test runs.
    """
    gc.set_threshold(20_000, 50, 100)
    os.environ["LANGUAGE"] = "C"
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make test-fast` leaves out, and begin with the modules beside the rooms.

    One of them builds packages for long, and left one core idle while it was the last.
    """
    items.sort(key=lambda item: item.path.parent != Path(__file__).parent)
    for item in items:
        if not NOT_FAST.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker("engine")


@pytest.fixture(scope="session", autouse=True)
def botocore_data_is_read_once() -> Iterator[None]:
    """Let all clients of AWS share what botocore reads from its files, 50 ms of CPU time each."""
    with patch.object(session, "create_loader", cache(session.create_loader)):
        yield


_JUDGE = import_module("keyless.trust.judge")
_judge: Callable[[Document, Sequence[str]], Judgement] = _JUDGE._judge
_judged: dict[bytes, Judgement] = {}


def _judge_once(document: Document, audiences: Sequence[str]) -> Judgement:
    """Look a judgement up by all that the document holds: not all of it can be compared."""
    key = pickle.dumps((document, audiences))
    if key not in _judged:
        _judged[key] = _judge(document, audiences)
    return _judged[key]


@pytest.fixture(scope="module")
def judged_once() -> Iterator[None]:
    """Judge a trust policy once a run, where tests ask for many and look at what is made of them.

    A judgement follows from the document alone, and cannot be changed. Tests of the judge itself,
    and those of how long it takes, leave this out.
    """
    with patch.object(_JUDGE, "_judge", _judge_once):
        yield


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
