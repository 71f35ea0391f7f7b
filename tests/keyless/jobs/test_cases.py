"""Every case comes to its right answer, with a line and what to write for everything found."""

import pytest

from tests.keyless.jobs.cases import FOLDER, NAMES, Answer, expected, printed


@pytest.mark.parametrize("name", NAMES)
def test_a_case_comes_to_its_answer(name: str) -> None:
    wanted = expected(FOLDER / name)
    found = printed(FOLDER / name, wanted["repository"], wanted["default_branch"])
    assert Answer.read(found) == Answer.read(wanted)
    for one in (*found["jobs"], *found["remarks"]):
        assert one["line"] > 0
        assert one["says"].endswith(".")
        assert one["write"].endswith(".") or one["result"] == "in"
