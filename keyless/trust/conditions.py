"""Condition operators: their names, and how each one meets the values of a token.

The evaluator is concrete: one condition, one set of claims, passed or not. Source: IAM user guide,
"IAM JSON policy elements: Condition operators" and "Multivalued context keys".
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from operator import eq, ge, gt, le, lt
from typing import Final, NamedTuple

from keyless.trust.pattern import PatternSet, read_pattern, resolve

STRINGS: Final = frozenset(
    {
        *("stringequals", "stringequalsignorecase", "stringlike"),
        *("stringnotequals", "stringnotequalsignorecase", "stringnotlike"),
    }
)
"""Operators that compare text, in lower case."""

_RELATIONS: Final = {
    "equals": eq,
    "notequals": eq,
    "lessthan": lt,
    "lessthanequals": le,
    "greaterthan": gt,
    "greaterthanequals": ge,
}
"""Relations of numbers and dates; what a `not` in the name changes is left to `passes`."""

TYPED: Final = frozenset(
    {
        *(f"{kind}{relation}" for kind in ("numeric", "date") for relation in _RELATIONS),
        *("bool", "binaryequals", "ipaddress", "notipaddress"),
        *(f"arn{rest}" for rest in ("equals", "like", "notequals", "notlike")),
    }
)
"""Every other operator in lower case; they compare numbers, dates, addresses and names."""

_QUANTIFIERS: Final = frozenset({"", "forallvalues", "foranyvalue"})


class Operator(NamedTuple):
    """Name an operator: its base in lower case, the set prefix and the IfExists suffix."""

    base: str
    for_all: bool
    for_any: bool
    if_exists: bool

    @property
    def negated(self) -> bool:
        """Tell whether it asks for a value that does not match."""
        return "not" in self.base

    @property
    def passes_when_absent(self) -> bool:
        """Tell what it says of a key that the request does not carry."""
        if self.for_any:
            return self.if_exists
        return self.for_all or self.if_exists or self.negated


class Condition(NamedTuple):
    """Hold one operator, one key and its values; `prefix` and `claim` are the key, lower case."""

    written: str
    key: str
    operator: Operator
    prefix: str
    claim: str
    values: tuple[str, ...]
    union: PatternSet


def read_operator(name: str) -> Operator | None:
    """Read the name of an operator; None when IAM has no such operator."""
    if not name.isascii():
        return None
    quantifier, colon, base = name.lower().rpartition(":")
    if quantifier not in _QUANTIFIERS or (colon and not quantifier):
        return None
    if base == "null":
        return None if quantifier else Operator(base, False, False, False)
    stem = base.removesuffix("ifexists")
    if stem not in STRINGS and stem not in TYPED:
        return None
    for_all, for_any = quantifier == "forallvalues", quantifier == "foranyvalue"
    return Operator(stem, for_all, for_any, stem != base)


def read_condition(
    written: str, operator: Operator, key: str, values: Sequence[str], *, variables: bool
) -> Condition:
    """Read the values of one key under one operator."""
    prefix, _, claim = key.lower().rpartition(":")
    compared = values if operator.base in STRINGS else ()
    wildcards, ignores_case = operator.base.endswith("like"), "ignorecase" in operator.base
    union = PatternSet(
        read_pattern(v, wildcards=wildcards, variables=variables, ignores_case=ignores_case)
        for v in compared
    )
    return Condition(written, key, operator, prefix, claim, tuple(values), union)


def passes(
    condition: Condition, got: Sequence[str] | None, variables: Mapping[str, str] | None = None
) -> bool:
    """Tell whether a condition passes; `got` is None when the request lacks the key.

    `variables` gives the values that policy variables have in the request, by lower-case name.
    """
    operator = condition.operator
    if operator.base == "null":
        return any((value.lower() == "true") == (got is None) for value in condition.values)
    if got is None:
        return operator.passes_when_absent
    meets = _matcher(condition, variables or {})
    if operator.for_any:
        return any(meets(value) != operator.negated for value in got)
    if operator.for_all:
        return all(meets(value) != operator.negated for value in got)
    matched = any(meets(value) for value in got)
    return matched != operator.negated


def _matcher(condition: Condition, variables: Mapping[str, str]) -> Callable[[str], bool]:
    """Give the test of one value: no claim of GitHub's is a date, an address or an ARN."""
    base = condition.operator.base
    if base in STRINGS:
        if not condition.union.has_variables:
            return condition.union.matches
        resolved = (resolve(pattern, variables) for pattern in condition.union.patterns)
        return PatternSet(pattern for pattern in resolved if pattern is not None).matches
    if not base.startswith("numeric"):
        return lambda _: False
    relation = _RELATIONS[base.removeprefix("numeric")]
    return lambda got: any(_is_related(relation, got, wanted) for wanted in condition.values)


def _is_related(relation: Callable[[Decimal, Decimal], bool], got: str, wanted: str) -> bool:
    try:
        return relation(Decimal(got), Decimal(wanted))
    except InvalidOperation:
        return False
