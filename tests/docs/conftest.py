"""One pack for the pages that are judged."""

import pytest

from tests.policypack.analyzer import Pack
from tests.policypack.in_process import pack_in_process


@pytest.fixture(scope="session")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return pack_in_process(tmp_path_factory.mktemp("pack"))
