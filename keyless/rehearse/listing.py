"""A rehearsal as plain values, for `--json`."""

from collections.abc import Sequence
from typing import Any

from keyless.rehearse.presented import Presented
from keyless.rehearse.rehearsal import Outcome, Rehearsal
from keyless.rehearse.roles import RehearsedRole


def rehearsals_listing(rehearsals: Sequence[Rehearsal]) -> dict[str, Any]:
    """Return every outcome of every role."""
    return {
        "surprises": sum(len(rehearsal.surprises) for rehearsal in rehearsals),
        "roles": [
            {**_role(r.role), "outcomes": [_outcome(o) for o in r.outcomes]} for r in rehearsals
        ],
    }


def presented_listing(presented: Sequence[Presented]) -> dict[str, Any]:
    """Return what one token came to at every role."""
    return {
        "admitted": sum(one.ruling.admitted for one in presented),
        "roles": [
            {
                **_role(one.role),
                "admitted": one.ruling.admitted,
                "reason": one.ruling.reason,
                "refusing": [
                    {
                        "operator": condition.operator,
                        "key": condition.key,
                        "wanted": list(condition.wanted),
                        "got": None if condition.got is None else list(condition.got),
                    }
                    for condition in one.ruling.refusing
                ],
                "advice": list(one.advice),
            }
            for one in presented
        ],
    }


def _role(role: RehearsedRole) -> dict[str, Any]:
    return {
        "name": role.name,
        "role_arn": role.arn,
        "repositories": sorted(role.repositories),
        "contexts": sorted(role.contexts),
        "verdict": str(role.judgement.verdict),
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "event": outcome.event,
        "label": outcome.label,
        "form": outcome.form,
        "subject": outcome.subject,
        "result": outcome.result,
        "expected": outcome.expected,
        "surprising": outcome.is_surprising,
        "decided_by": outcome.decided_by,
    }
