"""What the page on testing says of disturbed runs is what was seen of the runs that there are."""

from tests.faults.outcomes import Ended, kept
from tests.faults.runs import every_run
from tests.faults.table import PAGE, with_tables


def test_outcomes_are_those_of_runs_that_there_are() -> None:
    assert set(kept()) <= {run.id for run in every_run()}


def test_a_run_names_the_commands_it_needed_and_no_others() -> None:
    outcomes = kept().values()
    assert all(bool(each.steps) == (each.ended is Ended.HELPED) for each in outcomes)


def test_the_page_shows_what_is_kept() -> None:
    """Something else was seen: `python -m tests.faults --table`."""
    page = PAGE.read_text()
    assert page == with_tables(page)
