"""What `keyless jobs --sarif` and `--annotations` print: findings by file and line.

Rows that get in are none of it.
"""

from collections.abc import Iterable, Iterator

from keyless.command_line.sarif import FileFinding, Level
from keyless.jobs.causes import CAUSES, ordered, says, write
from keyless.jobs.outcome import Result
from keyless.jobs.remarks import RULES as REMARKS
from keyless.jobs.survey import Survey

_UNREADABLE = "unreadable-workflow"
_STATIC_KEYS = "static-keys"
_UNKNOWN_ENVIRONMENT = "unknown-environment"
_LEVELS: dict[Result, Level] = {"refused": "error", "unknown": "warning"}
RULES = {
    **{cause: entry.summary for cause, entry in CAUSES.items()},
    **{id_: f"{rule.says[0].upper()}{rule.says[1:]}." for id_, rule in REMARKS.items()},
    _UNREADABLE: "GitHub does not run the workflow file.",
    _STATIC_KEYS: "A job uses a stored AWS key.",
    _UNKNOWN_ENVIRONMENT: "A job names an environment that the stack does not have.",
}
"""Each rule's id and its line: causes, remarks, and what is found of files as a whole."""


def job_findings(surveys: Iterable[Survey]) -> Iterator[FileFinding]:
    """Yield what is refused, unknown, done with a stored key or worth a remark."""
    for survey in surveys:
        yield from _findings(survey)


def _findings(survey: Survey) -> Iterator[FileFinding]:
    for row in survey.rows:
        said = f"{row.path.name}, {says(row, survey.entry)} {write(row, survey.entry)}"
        about = f"{row.path.name} {row.event} {row.ref or ''} {row.outcome.named or ''}"
        if row.outcome.result == "static-keys":
            yield _finding(_STATIC_KEYS, "warning", said, row.workflow, row.line, about)
        elif row.causes:
            level = _LEVELS.get(row.outcome.result, "note")
            yield _finding(ordered(row.causes)[0], level, said, row.workflow, row.line, about)
    for remark in survey.remarks:
        said, site = f"{remark.says} {remark.write}", remark.site
        yield _finding(remark.id, "warning", said, site.path, site.line, said)
    for file in survey.unreadable:
        yield _finding(_UNREADABLE, "error", file.says, file.path, file.line, "")
    for one in survey.unknown_environments:
        site = one.site
        yield _finding(_UNKNOWN_ENVIRONMENT, "warning", one.says, site.path, site.line, one.name)


def _finding(rule: str, level: Level, text: str, file: str, line: int, about: str) -> FileFinding:
    return FileFinding(rule=rule, level=level, text=text, file=file, line=max(line, 1), about=about)
