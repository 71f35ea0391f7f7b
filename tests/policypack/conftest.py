"""One pack for all tests of the policies, in their own process; and one in a process of its own."""

from collections.abc import Iterator

import pytest

from tests.policypack.analyzer import Pack, RunningPack, running_pack
from tests.policypack.in_process import pack_in_process


@pytest.fixture(scope="session")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return pack_in_process(tmp_path_factory.mktemp("pack"))


@pytest.fixture(scope="session")
def started_pack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPack]:
    with running_pack(tmp_path_factory.mktemp("started")) as running:
        yield running
