"""What `keyless jobs` shows to a person at a terminal.

Lines, no table: names that people copy stay whole, however narrow the terminal is.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import Group, RenderableType
from rich.text import Text

from keyless.command_line.paragraph import Paragraph
from keyless.jobs.causes import ordered, why, write
from keyless.jobs.rows import Row
from keyless.jobs.survey import Survey
from keyless.text.printable import printable

_STYLES = {"in": "green", "refused": "bold red", "unknown": "yellow", "static-keys": "bold red"}
_LONGEST = 2000


def jobs_text(surveys: Sequence[Survey]) -> RenderableType:
    """Return the rows of each workflow, then what else was found, then a count."""
    return Group(*(part for survey in surveys for part in _survey(survey)))


def _survey(survey: Survey) -> Iterator[RenderableType]:
    for workflow, rows in groupby(survey.rows, key=lambda row: row.workflow):
        yield Text(printable(f"{survey.checkout.repository} {workflow}"), style="bold")
        for row in rows:
            yield from _row(row, survey)
        yield Text("")
    yield from (Paragraph(printable(line, _LONGEST)) for line in _others(survey))
    yield Text(_count(survey), style="bold")


def _row(row: Row, survey: Survey) -> Iterator[RenderableType]:
    result = row.outcome.result
    what = " ".join(filter(None, (f"{row.line}:", row.path.name, row.event, row.ref)))
    ends = row.outcome.role or ", ".join(ordered(row.causes))
    line = printable(f"{what}{': ' if ends else ''}{ends}")
    yield Paragraph(line, f"  {result:<12}", _STYLES[result])
    if row.causes or result == "static-keys":
        for sentence in (why(row, survey.entry), f"→ {write(row, survey.entry)}"):
            yield Paragraph(printable(sentence, _LONGEST), " " * 14)


def _others(survey: Survey) -> Iterator[str]:
    yield from (f"{one.path}:{one.line}: {one.says}" for one in survey.unreadable)
    yield from (f"{r.site.path}:{r.site.line}: {r.says} {r.write}" for r in survey.remarks)
    yield from (f"{e.site.path}:{e.site.line}: {e.says}" for e in survey.unknown_environments)
    yield from (f"{name}: no job uses this role." for name in survey.unused_roles)
    yield from (f"{name}: no job names this environment." for name in survey.unused_environments)


def _count(survey: Survey) -> str:
    results = [row.outcome.result for row in survey.rows]
    said = ", ".join(f"{results.count(one)} {one}" for one in _STYLES if one in results)
    return printable(f"{survey.checkout.repository}: {said or 'no job asks for AWS credentials'}.")
