"""Say which condition of a trust policy decides about a token."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from keyless.rehearse.trust_conditions import claim_of
from keyless.trust import ConditionCheck, Judgement, StatementCheck

_WEIGHT = (
    *("sub", "repository_id", "repository_owner_id", "repository", "environment", "ref"),
    *("job_workflow_ref", "aud"),
)
"""The claims that tell people most come first."""


@dataclass(frozen=True)
class Ruling:
    """Whether a token gets in, by which statement, and which conditions of it refuse.

    `reason` is one line; `refusing` is empty where no condition decides.
    """

    admitted: bool
    statement: int | None
    reason: str
    refusing: tuple[ConditionCheck, ...] = ()


def rule(
    judgement: Judgement, claims: Mapping[str, str | Sequence[str]], ended: str | None = None
) -> Ruling:
    """Rule on one token as AWS would, and name the statement that decides.

    `ended` is the day from which the trust policy lets nobody in, if that has come.
    """
    checks = judgement.explain(claims)
    if not checks:
        return Ruling(False, None, f"not decided: {judgement.reason}")
    denying = next((c for c in checks if c.effect == "Deny" and c.applies), None)
    allowing = next((c for c in checks if c.effect == "Allow" and c.applies), None)
    if allowing and denying:
        return Ruling(False, denying.index, f"statement {denying.index} denies it")
    if allowing and ended:
        return Ruling(False, allowing.index, f"AWS: the trust policy ends with {ended}")
    if allowing:
        return Ruling(True, allowing.index, f"statement {allowing.index}: {_passed(allowing)}")
    return _nearest(checks) or Ruling(False, None, _other_issuer(judgement, claims))


def condition_line(condition: ConditionCheck) -> str:
    """Say what a condition wants of which key, and what the token carries."""
    wanted = " or ".join(json.dumps(value, ensure_ascii=False) for value in condition.wanted)
    return (
        f"{condition.operator} {condition.key} wants {wanted}, the token carries {_got(condition)}"
    )


def _other_issuer(judgement: Judgement, claims: Mapping[str, str | Sequence[str]]) -> str:
    trusted = " and ".join(judgement.issuers) or "none of GitHub's"
    issuer = claims.get("iss")
    found = f" {json.dumps(issuer, ensure_ascii=False)}" if isinstance(issuer, str) else ""
    return f"the token is of the issuer{found}, the role trusts {trusted}"


def _nearest(checks: Sequence[StatementCheck]) -> Ruling | None:
    addressed = [c for c in checks if c.effect == "Allow" and c.addressed]
    if not addressed:
        return None
    nearest = min(addressed, key=lambda c: sum(not k.passed for k in c.conditions))
    refusing = tuple(sorted((k for k in nearest.conditions if not k.passed), key=_weight))
    if not refusing:
        return Ruling(False, nearest.index, f"statement {nearest.index} cannot be read")
    first = refusing[0]
    more = ", ".join(dict.fromkeys(claim_of(k) for k in refusing[1:]))
    reason = f"statement {nearest.index}: {first.operator} {claim_of(first)}, got {_got(first)}"
    return Ruling(False, nearest.index, reason + (f" (and {more})" if more else ""), refusing)


def _passed(check: StatementCheck) -> str:
    claims = dict.fromkeys(claim_of(condition) for condition in check.conditions)
    return f"{', '.join(claims)} fit" if claims else "no condition at all"


def _got(condition: ConditionCheck) -> str:
    if condition.got is None:
        return "none"
    return " and ".join(json.dumps(value, ensure_ascii=False) for value in condition.got) or "none"


def _weight(condition: ConditionCheck) -> int:
    claim = claim_of(condition)
    return _WEIGHT.index(claim) if claim in _WEIGHT else len(_WEIGHT)
