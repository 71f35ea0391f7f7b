"""Write what was injected and survived into the page on testing, from the outcomes of the runs."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from docs.generate.markdown import table
from sandbox.workbench import CHECKOUT
from tests.faults.runs import Run, every_run
from tests.faults.survival import RESULTS, Outcome

PAGE = CHECKOUT / "docs" / "testing.md"
_PLACE = re.compile(r"(?<=<!-- outcomes -->\n).*?(?=<!-- end of outcomes -->)", re.DOTALL)
_COVERED = ("run", "calls", "failed or killed at, once at least", "survived each time")
_COLUMNS = (
    "run",
    "what goes wrong",
    "runs there are",
    "carried out",
    "survived",
    "went on by itself",
    "ended before anything changed",
    "the next run was enough",
    "needed a documented command",
)


def write_tables() -> None:
    """Replace the tables of the page with the outcomes that there are."""
    runs = every_run()
    known = {run.id for run in runs}
    found = [each for each in outcomes() if each.id in known]
    covered, counted = table(_COVERED, list(_covered(runs, found))), _rows(runs, found)
    tables = f"\n{covered}\n\n{table(_COLUMNS, list(counted))}\n\n"
    PAGE.write_text(_PLACE.sub(tables, PAGE.read_text()))


def outcomes() -> list[Outcome]:
    """Return the outcomes of the runs that were carried out."""
    read = (json.loads(file.read_text()) for file in sorted(RESULTS.glob("*.json")))
    return [Outcome(**{**each, "steps": tuple(each["steps"])}) for each in read]


def _covered(runs: Iterable[Run], found: Iterable[Outcome]) -> Iterator[list[str]]:
    """Yield for each scenario how many of its calls were met by a run that was carried out."""
    done = {each.id: each.survived for each in found}
    calls: dict[str, dict[tuple[str, int], list[bool]]] = {}
    for run in runs:
        met = calls.setdefault(run.scenario, {}).setdefault((run.call, run.nth), [])
        met += [done[run.id]] if run.id in done else []
    for scenario, each in calls.items():
        tried = [survived for survived in each.values() if survived]
        counts = (len(each), len(tried), sum(all(survived) for survived in tried))
        yield [scenario, *map(str, counts)]


def _rows(runs: Iterable[Run], found: Iterable[Outcome]) -> Iterator[list[str]]:
    planned = Counter((run.scenario, run.kind.value) for run in runs)
    done: dict[tuple[str, str], list[Outcome]] = {group: [] for group in planned}
    for each in found:
        done[each.scenario, each.kind].append(each)
    yield from (_row(*group, count, done[group]) for group, count in planned.items())
    yield _row("all", "", planned.total(), [each for group in done.values() for each in group])


def _row(scenario: str, kind: str, planned: int, done: list[Outcome]) -> list[str]:
    survived = [each for each in done if each.survived]
    alone = [each for each in survived if not each.failed]
    untouched = [each for each in survived if each.untouched]
    helped = [each for each in survived if each.steps]
    repeated = len(survived) - len(alone) - len(untouched) - len(helped)
    found = (len(each) for each in (done, survived, alone, untouched))
    counts = (planned, *found, repeated, len(helped))
    return [scenario, kind.replace("_", " "), *(str(count) for count in counts)]
