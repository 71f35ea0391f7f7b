"""Remark on operators of a trust policy that are wider than their values need.

They let in nobody that the verdict does not count: what StringEquals would say is easier to read,
and stays what it is when somebody adds a wildcard.
"""

from collections.abc import Iterator

from keyless.trust import ConditionCheck, Judgement
from keyless.trust.conditions import Operator, read_operator

_EXACT = Operator("stringequals", for_all=False, for_any=False, if_exists=False)


def loose_operators(judgement: Judgement) -> Iterator[str]:
    """Yield a sentence for each kind of looseness, with the values without wildcards under it."""
    found: dict[str, dict[str, None]] = {}
    for statement, checked in zip(judgement.statements, judgement.explain({}), strict=False):
        for condition in checked.conditions:
            if condition.key.lower().rpartition(":")[0] in statement.issuers:
                said = found.setdefault(_looseness(condition.operator.lower()), {})
                said.update(dict.fromkeys(_literals(condition)))
    for why, conditions in found.items():
        if conditions:
            yield f"{', '.join(conditions)}: {why}"


def _literals(condition: ConditionCheck) -> Iterator[str]:
    """Yield the values that StringEquals could compare, each with its operator and key."""
    operator = read_operator(condition.operator)
    positive = ("stringequals", "stringlike", "stringequalsignorecase")
    if operator is None or operator.base not in positive or operator == _EXACT:
        return
    for value in condition.wanted:
        is_pattern = operator.base == "stringlike" and ("*" in value or "?" in value)
        if not is_pattern and "${" not in value:
            yield f'{condition.operator} {condition.key} "{value}"'


def _looseness(operator: str) -> str:
    """Say what an operator takes beyond what StringEquals takes of the same value."""
    more = []
    if "ignorecase" in operator:
        more.append("any letter case fits")
    if operator.startswith("forallvalues:") or operator.endswith("ifexists"):
        more.append("a token without this claim fits")
    if more:
        return f"{' and '.join(more)}, which StringEquals would refuse"
    return "without a wildcard StringEquals says the same, and only that"
