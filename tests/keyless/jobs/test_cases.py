"""Every case comes to its right answer."""

import pytest

from tests.keyless.jobs.cases import FOLDER, NAMES, Answer, expected, printed


@pytest.mark.parametrize("name", NAMES)
def test_a_case_comes_to_its_answer(name: str) -> None:
    wanted = expected(FOLDER / name)
    found = printed(FOLDER / name, wanted["repository"], wanted["default_branch"])
    assert Answer.read(found) == Answer.read(wanted)


@pytest.mark.parametrize("name", NAMES)
def test_everything_that_is_found_has_a_line_and_says_what_to_write(name: str) -> None:
    wanted = expected(FOLDER / name)
    found = printed(FOLDER / name, wanted["repository"], wanted["default_branch"])
    for row in found["jobs"]:
        assert row["line"] > 0
        assert row["says"].endswith(".")
        assert row["write"].endswith(".") or row["result"] == "in"
    for remark in found["remarks"]:
        assert remark["line"] > 0
        assert remark["says"].endswith(".")
        assert remark["write"].endswith(".")
