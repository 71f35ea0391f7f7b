"""What `keyless jobs --sarif` prints: findings by file and line, for code scanning.

The format is SARIF 2.1.0 (OASIS). Rows that get in are none of it.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from keyless.jobs.causes import CAUSES, ordered, says, write
from keyless.jobs.remarks import RULES
from keyless.jobs.survey import Survey

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_UNREADABLE = "unreadable-workflow"
_STATIC_KEYS = "static-keys"
_UNKNOWN_ENVIRONMENT = "unknown-environment"
_OTHER_RULES = {
    _UNREADABLE: "GitHub does not run the workflow file.",
    _STATIC_KEYS: "A job uses a stored AWS key.",
    _UNKNOWN_ENVIRONMENT: "A job names an environment that the stack does not have.",
}


def jobs_sarif(surveys: Sequence[Survey]) -> dict[str, Any]:
    """Return the log of one run."""
    texts = {
        **{cause: entry.summary for cause, entry in CAUSES.items()},
        **{id_: f"{rule.says[0].upper()}{rule.says[1:]}." for id_, rule in RULES.items()},
        **_OTHER_RULES,
    }
    rules = [{"id": rule, "shortDescription": {"text": text}} for rule, text in texts.items()]
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "keyless", "rules": rules}},
                "columnKind": "unicodeCodePoints",
                "results": [result for survey in surveys for result in _results(survey)],
            }
        ],
    }


def _results(survey: Survey) -> Iterator[dict[str, Any]]:
    for row in survey.rows:
        said = f"{row.path.name}, {says(row, survey.entry)} {write(row, survey.entry)}"
        if row.outcome.result == "static-keys":
            yield _result(_STATIC_KEYS, "warning", said, row.workflow, row.line)
        elif row.causes:
            level = {"refused": "error", "unknown": "warning"}.get(row.outcome.result, "note")
            yield _result(ordered(row.causes)[0], level, said, row.workflow, row.line)
    for remark in survey.remarks:
        said = f"{remark.says} {remark.write}"
        yield _result(remark.id, "warning", said, remark.site.path, remark.site.line)
    for file in survey.unreadable:
        yield _result(_UNREADABLE, "error", file.says, file.path, file.line)
    for one in survey.unknown_environments:
        said = (
            f"The environment {one.name} is not in the stack. GitHub creates it, without "
            "protection. Write it into the entry."
        )
        yield _result(_UNKNOWN_ENVIRONMENT, "warning", said, one.site.path, one.site.line)


def _result(rule: str, level: str, text: str, path: str, line: int) -> dict[str, Any]:
    return {
        "ruleId": rule,
        "level": level,
        "message": {"text": text},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": path, "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": max(line, 1)},
                }
            }
        ],
    }
