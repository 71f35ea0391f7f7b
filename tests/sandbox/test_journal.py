"""The journal keeps one order over both sides."""

from sandbox.journal import Call, Journal, Side


def _call(side: Side, *, change: bool = True) -> Call:
    return Call(side=side, action="PUT", target="/thing", change=change, detail={"colour": "red"})


def test_entries_are_numbered_over_both_sides() -> None:
    journal = Journal()
    journal.record(_call("aws"), status=200)
    journal.record(_call("github"), status=201)

    assert [(entry.order, entry.side) for entry in journal.entries()] == [(1, "aws"), (2, "github")]
    assert [entry.order for entry in journal.entries("github")] == [2]
    assert journal.entries()[0].detail == {"colour": "red"}


def test_changes_leave_out_reads_refusals_and_dropped_calls() -> None:
    journal = Journal()
    journal.record(_call("aws", change=False), status=200)
    journal.record(_call("aws"), status=409)
    journal.record(_call("aws"), status=0, fault="dropped")
    lost = journal.record(_call("github"), status=204, fault="lost")

    assert journal.changes() == (lost,)
    assert journal.changes("aws") == ()


def test_count_is_kept_for_each_side_until_cleared() -> None:
    journal = Journal()
    for side in ("aws", "github", "github"):
        journal.record(_call(side), status=200)

    assert (journal.count(), journal.count("aws"), journal.count("github")) == (3, 1, 2)
    journal.clear()
    assert journal.count() == 0
    assert journal.record(_call("aws"), status=200).order == 1
