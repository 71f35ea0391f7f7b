"""The page of figures says what the run found."""

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

from sandbox.bench.plot import growth_plot, lines
from sandbox.bench.publish import DOCS, merged, publish


def figure(name: str, value: float, measurement: str = "preview") -> dict[str, object]:
    bounds = {"at_most": None, "at_least": None, "kept": None}
    return {"measurement": measurement, "name": name, "value": value, "unit": "s", **bounds}


FIGURES = [
    figure("10 environments", 2.0),
    figure("10 environments over flat", 1.0),
    figure("10 environments over nodes", 0.8),
    figure("1000 environments", 60.0),
    figure("1000 environments over flat", 1.5),
    figure("1000 environments over nodes", 1.2),
    figure("1000 environments, memory over flat", 1.1),
    figure("up of 100 environments", 9.0, "up"),
]


def test_seconds_of_the_other_programs_follow_from_the_ratios() -> None:
    assert lines(FIGURES) == {
        "keyless": {10: 2.0, 1000: 60.0},
        "nodes": {10: 2.5, 1000: 50.0},
        "flat": {10: 2.0, 1000: 40.0},
    }


def test_the_plot_holds_a_line_for_each_program() -> None:
    root = ElementTree.fromstring(growth_plot(FIGURES))  # noqa: S314 - written by this project
    drawn = root.findall("{http://www.w3.org/2000/svg}polyline")
    assert [line.get("points") for line in drawn] == [
        "64.5,304.2 510.0,136.0",
        "64.5,302.8 510.0,165.0",
        "64.5,304.2 510.0,194.0",
    ]


def test_a_later_run_replaces_the_measurements_that_it_has() -> None:
    states = {"up": {"started": 1, "ended": 2}, "start": {"started": 2, "ended": 3}}
    first = {"states": states, "figures": [figure("a", 1, "up"), figure("b", 1, "start")]}
    again = {"up": {"started": 4, "ended": 5}}
    second = {"states": again, "figures": [figure("a", 2, "up")]}
    both = merged([first, second])
    assert {each["name"]: each["value"] for each in both["figures"]} == {"a": 2, "b": 1}
    assert both["states"] == states | again


def test_the_page_says_what_the_figures_are(tmp_path: Path) -> None:
    for name in ("performance.md", "performance.json"):
        shutil.copy(DOCS / name, tmp_path / name)
    publish(tmp_path)
    for name in ("performance.md", "performance.svg"):
        assert (tmp_path / name).read_text() == (DOCS / name).read_text()
    assert json.loads((DOCS / "performance.json").read_text())["figures"]
