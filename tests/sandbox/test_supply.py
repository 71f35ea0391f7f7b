"""What a tool finds, leaves out or cannot check never ends with status 0."""

import json
import sys
from pathlib import Path

import pytest

from sandbox.supply.__main__ import LOCKS, pins, require_all, run


def test_what_a_tool_ends_with_is_no_good_news() -> None:
    run([sys.executable, "-c", ""])
    with pytest.raises(SystemExit, match=r" ended with status 3: read it above$"):
        run([sys.executable, "-c", "raise SystemExit(3)"])


@pytest.mark.parametrize(("listed", "expected"), [(1, 2), (2, 1), (0, 1)])
def test_a_bill_that_leaves_something_out(tmp_path: Path, listed: int, expected: int) -> None:
    bill = tmp_path / "python.json"
    bill.write_text(json.dumps({"components": [{"name": "flask"}] * listed}))
    with pytest.raises(SystemExit) as ended:
        require_all(bill, expected)
    assert ended.value.code == (
        f"python.json lists {listed} of {expected} parts, and what it leaves out is in no other "
        "bill: see what the tool says of them"
    )
    require_all(bill, listed)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_package_is_pinned_with_hashes_and_no_address(lock: Path) -> None:
    lines = lock.read_text().splitlines()
    pinned = [line for line in lines if line[:1].isalnum()]
    assert len(pinned) == pins(lock) > 0
    assert all("==" in line and line.endswith("\\") for line in pinned)
    assert not [line for line in lines if "://" in line or line.startswith("-")]
