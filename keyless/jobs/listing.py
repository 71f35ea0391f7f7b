"""What `keyless jobs --json` prints."""

from collections.abc import Sequence
from typing import Any

from keyless.jobs.causes import ordered, says, write
from keyless.jobs.remarks import RULES, Remark
from keyless.jobs.rows import Row
from keyless.jobs.survey import Survey

VERSION = 1


def jobs_listing(surveys: Sequence[Survey]) -> dict[str, Any]:
    """Return everything that was found, as plain data."""
    return {
        "version": VERSION,
        "jobs": [_row(row, survey) for survey in surveys for row in survey.rows],
        "unused_roles": [name for survey in surveys for name in survey.unused_roles],
        "unused_environments": _named(surveys, "unused_environments", "environment"),
        "unused_variables": _named(surveys, "unused_variables", "variable"),
        "unknown_environments": [
            {
                "repository": survey.checkout.repository,
                "environment": one.name,
                "workflow": one.site.path,
                "line": one.site.line,
            }
            for survey in surveys
            for one in survey.unknown_environments
        ],
        "remarks": [_remark(remark, survey) for survey in surveys for remark in survey.remarks],
        "unreadable": [
            {
                "repository": survey.checkout.repository,
                "workflow": one.path,
                "line": one.line,
                "says": one.says,
            }
            for survey in surveys
            for one in survey.unreadable
        ],
    }


def _row(row: Row, survey: Survey) -> dict[str, Any]:
    return {
        "repository": row.repository,
        "workflow": row.workflow,
        "job": row.path.name,
        "line": row.line,
        "event": row.event,
        "ref": row.ref,
        "subjects": list(row.subjects),
        "result": row.outcome.result,
        "role": row.outcome.role,
        "causes": ordered(row.causes),
        "says": says(row, survey.entry),
        "write": write(row, survey.entry),
    }


def _named(surveys: Sequence[Survey], attribute: str, what: str) -> list[dict[str, str]]:
    return [
        {"repository": survey.checkout.repository, what: name}
        for survey in surveys
        for name in getattr(survey, attribute)
    ]


def _remark(remark: Remark, survey: Survey) -> dict[str, Any]:
    return {
        "id": remark.id,
        "repository": survey.checkout.repository,
        "workflow": remark.site.path,
        "line": remark.site.line,
        "says": remark.says,
        "write": remark.write,
        "zizmor": RULES[remark.id].zizmor,
    }
