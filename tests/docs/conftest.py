"""One running pack for the pages that are judged."""

from collections.abc import Iterator

import pytest

from tests.policypack.analyzer import Pack, running_pack


@pytest.fixture(scope="session")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pack]:
    with running_pack(tmp_path_factory.mktemp("pack")) as running:
        yield running
