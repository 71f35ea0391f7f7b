"""The one table of the Apps' rights, against the calls of the page and of recorded runs."""

import json
import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "look-ups.md").read_text("utf-8")
RECORDED = json.loads((ROOT / "tests" / "faults" / "undisturbed.json").read_text("utf-8"))
ELSEWHERE = {"GET …/rulesets/{ruleset}", "GET …/actions/permissions", "PUT …/actions/permissions"}
"""What drift and pinned actions call, which no recorded run does."""


class Right(NamedTuple):
    """A right, what each App has of it, and the calls that need it."""

    name: str
    reads: str
    writes: str
    calls: frozenset[str]


def rights() -> list[Right]:
    table = PAGE.partition("## The rights of the two Apps")[2].partition("\n## ")[0]
    rows = re.findall(
        r"^\| ((?:repository|organisation): .+?) \| (.+?) \| (.+?) \| (.+) \|$", table, re.M
    )
    return [
        Right(name, reads, writes, frozenset(re.findall(r"`([A-Z]+ [^`]+)`", because)))
        for name, reads, writes, because in rows
    ]


def listed() -> set[tuple[str, str]]:
    """Return the calls of the page's other tables, each with its right."""
    rows = re.findall(r"^\| `(GET [^`]+)` \|.*\| ([^|]+) \|$", PAGE, re.M)
    return {(shortened(call), right.strip()) for call, right in rows if right.strip() != "none"}


def shortened(call: str) -> str:
    return call.replace("/repos/{owner}/{repository}", "…", 1) if " /repos" in call else call


def changes() -> set[str]:
    """Return the changes of GitHub in the recorded runs, with what they name left open."""
    made = (call.split(" ", 2) for run in RECORDED.values() for call in run["calls"]["changes"])
    return {f"{action} {opened(action, path)}" for side, action, path in made if side == "github"}


def opened(action: str, path: str) -> str:
    kind = path.partition("/")[2]
    kind = re.sub(r"^environments/[^/]+", "environments/{environment}", kind)
    for last, label in (("variables", "variable"), ("rulesets", "ruleset"), ("policies", "policy")):
        kind = re.sub(rf"{last}/.+$", f"{last}/{{{label}}}", kind)
    return f"…/{kind.rpartition('/')[0] if action == 'POST' else kind}"


def test_each_call_needs_the_right_that_the_table_says() -> None:
    by_name = {right.name.replace("repository: ", ""): right for right in rights()}
    for call, named in listed():
        name = named.removesuffix(": read").replace("organisation's ", "organisation: ")
        right = by_name.get(name) or by_name[f"organisation: {name}"]
        assert call in right.calls, (call, named)


def test_each_recorded_change_is_a_write_of_the_app_that_writes() -> None:
    written = {
        call for right in rights() if right.writes.startswith("write") for call in right.calls
    }
    assert changes() <= written
    for right in rights():
        assert (right.writes == "write") == any(not call.startswith("GET") for call in right.calls)
        assert "write" not in right.reads


def test_no_right_is_asked_for_without_a_call() -> None:
    made = {call for call, _ in listed()} | changes() | ELSEWHERE
    for right in rights():
        assert right.calls, right.name
        assert right.calls <= made | {"PATCH …/actions/variables/{variable}"}, right.name
