"""Write what was injected and survived into the page on testing, from what is kept."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from docs.generate.markdown import code, joined, table
from sandbox.sample import CHECKOUT
from tests.faults.outcomes import Ended, Outcome, kept
from tests.faults.runs import Run, every_run

PAGE = CHECKOUT / "docs" / "testing.md"
_PLACE = re.compile(r"(?<=<!-- outcomes -->\n).*?(?=<!-- end of outcomes -->)", re.DOTALL)
_COVERED = ("run", "calls", "failed or killed at, once at least", "survived each time")
_WAYS = [ended for ended in Ended if ended is not Ended.UNKNOWN]
_COUNTED = ("run", "what goes wrong", "runs there are", "carried out", "survived", *_WAYS)
_NEEDED = ("command", "runs that needed it")
_SEEN = ("carried out on", "with revision", "runs")


def with_tables(page: str) -> str:
    """Return `page` with the tables of the outcomes that are kept."""
    runs, found = every_run(), kept()
    tables = [
        table(_COVERED, _covered(runs, found)),
        table(_COUNTED, _counted(runs, found)),
        table(_NEEDED, _needed(found.values())),
        table(_SEEN, _seen(found.values())),
    ]
    return _PLACE.sub(lambda _: f"\n{joined(tables)}\n", page)


def _covered(runs: Iterable[Run], found: Mapping[str, Outcome]) -> Iterator[list[str]]:
    """Yield for each scenario how many of its calls were met by a run that was carried out."""
    calls: dict[str, dict[tuple[str, int], list[Ended]]] = {}
    for run in runs:
        met = calls.setdefault(run.scenario, {}).setdefault((run.call, run.nth), [])
        met += [found[run.id].ended] if run.id in found else []
    for scenario, each in calls.items():
        tried = [ends for ends in each.values() if ends]
        survived = sum(Ended.UNKNOWN not in ends for ends in tried)
        yield [scenario, *map(str, (len(each), len(tried), survived))]


def _counted(runs: Iterable[Run], found: Mapping[str, Outcome]) -> Iterator[list[str]]:
    """Yield for each scenario and kind how its runs ended, and last for all of them."""
    groups: dict[tuple[str, str], list[Run]] = {}
    for run in runs:
        groups.setdefault((run.scenario, run.kind.value.replace("_", " ")), []).append(run)
    groups["all", ""] = [run for group in groups.values() for run in group]
    for name, group in groups.items():
        ends = Counter(found[run.id].ended for run in group if run.id in found)
        counts = (len(group), ends.total(), ends.total() - ends[Ended.UNKNOWN])
        yield [*name, *map(str, (*counts, *(ends[way] for way in _WAYS)))]


def _needed(found: Iterable[Outcome]) -> Iterator[list[str]]:
    """Yield how many runs needed a command, known by its first two words."""
    named = ({" ".join(step.split()[:2]) for step in each.steps} for each in found)
    counts = Counter(name for names in named for name in names)
    yield from ([code(name), str(count)] for name, count in sorted(counts.items()))


def _seen(found: Iterable[Outcome]) -> Iterator[list[str]]:
    counts = Counter((each.day, each.revision) for each in found)
    yield from ([*place, str(count)] for place, count in sorted(counts.items()))
