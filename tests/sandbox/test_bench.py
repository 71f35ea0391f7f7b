"""The benchmark at sizes that only try it: what is measured, and how it ends."""

import pytest

from sandbox import bench
from sandbox.bench import Figure, main
from sandbox.engine import Engine


def test_a_line_for_each_figure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings", "audit", "--size", "40"]) == 0
    header, rule, *rows = capsys.readouterr().out.splitlines()
    assert (header, rule) == ("| figure | value | bound |", "|---|---|---|")
    assert [row.split(" | ")[0] for row in rows] == [
        "| settings of 40 repositories",
        "| audit of 40 roles, 20 of them for GitHub",
        "| its memory",
        "| audit of 4 roles, 4 of them for GitHub",
        "| its memory",
    ]


def test_trust_policies_are_measured_by_kind(capsys: pytest.CaptureFixture[str]) -> None:
    """Each kind has a figure for the middle one and for the slowest; a busy machine may miss."""
    measured = bench.trust(2)
    names = [next(measured).name for _ in range(6)]
    assert names == [
        f"{kind}, {which}"
        for kind in ("one literal subject", "public tests", '"repo:OWNER@*/NAME@*:environment:E"')
        for which in ("median", "99th of 100")
    ]


def test_a_missed_bound_ends_with_status_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = {"slow": (lambda size: iter([Figure("slow", size * 2.0, "s", 1)]), 3)}
    monkeypatch.setattr(bench, "MEASUREMENTS", slow)
    assert main([]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "| slow | 6 s | ≤ 1 **missed** |"


def test_an_unknown_name_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["guess"])
    assert ended.value.code == 2
    assert "guess: no measurement. See --help for their names." in capsys.readouterr().err


@pytest.mark.long
def test_previews_are_measured(capsys: pytest.CaptureFixture[str], engine: Engine) -> None:
    """The ratios of so small an estate say nothing, so its bounds may be missed."""
    main(["preview", "calls", "--size", "2"])
    *_, preview, over_flat, memory, calls = capsys.readouterr().out.splitlines()
    assert preview.startswith("| preview of 2 environments | ")
    assert " times | " in over_flat
    assert float(memory.split(" | ")[1].split()[0]) > 0
    assert float(calls.split(" | ")[1].split()[0]) > 0
