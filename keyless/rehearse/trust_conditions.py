"""Ask a judged trust policy what its conditions want, claim by claim."""

from collections.abc import Iterator

from keyless.trust import ConditionCheck, Judgement, StatementCheck

_POSITIVE = ("stringequals", "stringlike", "stringequalsignorecase")
_SETS = ("foranyvalue:", "forallvalues:")


def claim_of(condition: ConditionCheck) -> str:
    """Return the claim that a condition compares: its key without the issuer, in small letters."""
    return condition.key.rpartition(":")[2].lower()


def wanted_values(judgement: Judgement, claim: str) -> tuple[str, ...]:
    """Return the values that Allow statements want of a claim, as written and each once."""
    found = (
        value
        for check in judgement.explain({})
        if check.effect == "Allow"
        for condition in positive_conditions(check)
        if claim_of(condition) == claim
        for value in condition.wanted
    )
    return tuple(dict.fromkeys(found))


def positive_conditions(check: StatementCheck) -> Iterator[ConditionCheck]:
    """Yield the conditions that name what a text has to be."""
    for condition in check.conditions:
        operator = condition.operator.lower().removesuffix("ifexists")
        for prefix in _SETS:
            operator = operator.removeprefix(prefix)
        if operator in _POSITIVE:
            yield condition
