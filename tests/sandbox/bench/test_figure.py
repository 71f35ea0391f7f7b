"""Figures say whether they keep their bound, and reports hold all of them."""

import io

import pytest
from rich.console import Console

from sandbox.bench.figure import Figure
from sandbox.bench.measurements import MEASUREMENTS
from sandbox.bench.report import as_json, as_table, machine
from sandbox.bench.timing import best, percentile


@pytest.mark.parametrize(
    ("figure", "bound", "kept"),
    [
        (Figure("a", 1.0, "ms", at_most=1), "≤ 1", True),
        (Figure("a", 1.1, "ms", at_most=1), "≤ 1", False),
        (Figure("a", 20.0, "times", at_least=20), "≥ 20", True),
        (Figure("a", 19.9, "times", at_least=20), "≥ 20", False),
        (Figure("a", 5.0, "calls"), "", None),
    ],
)
def test_a_figure_is_held_against_its_bound(figure: Figure, bound: str, kept: bool | None) -> None:
    assert (figure.bound, figure.is_kept) == (bound, kept)


def test_a_percentile_is_one_of_the_values() -> None:
    values = [float(number) for number in range(100, 0, -1)]
    assert (percentile(values, 0.5), percentile(values, 0.99)) == (50, 99)
    assert percentile([7.0], 0.99) == 7


def test_the_best_of_several_runs_is_the_shortest() -> None:
    work = iter([range(10**6), range(1), range(10**6)])
    assert best(3, lambda rest: sum(next(rest)), work) < 0.002


def test_json_holds_every_figure_and_the_machine() -> None:
    figure = Figure("usual, p99", 0.5, "ms", at_most=1, remark="100 documents")
    states = {"judge": {"started": machine(), "ended": machine()}}
    written = as_json({"judge": [figure]}, states)
    assert written["figures"] == [
        {
            "measurement": "judge",
            "name": "usual, p99",
            "value": 0.5,
            "unit": "ms",
            "at_most": 1,
            "at_least": None,
            "remark": "100 documents",
            "kept": True,
        }
    ]
    assert written["states"] == states
    assert machine().keys() >= {"date", "load", "cores", "reference_ms"}


def test_a_missed_bound_stands_out_in_the_table() -> None:
    printed = io.StringIO()
    table = as_table("judge", [Figure("worst", 60, "ms", at_most=50), Figure("calls", 12_345, "")])
    Console(file=printed, width=100).print(table)
    rows = [line.split() for line in printed.getvalue().splitlines()]
    assert rows[2:] == [["worst", "60", "ms", "≤", "50", "MISSED"], ["calls", "12,345"]]


def test_each_measurement_is_registered_by_its_name() -> None:
    assert list(MEASUREMENTS) == [
        "judge",
        "checkov",
        "settings",
        "start",
        "calls",
        "up",
        "preview",
        "pack",
    ]
