"""What one statement demands of the claims of a token, key by key.

A statement's conditions become `Demands`: for each claim whether it may be absent, which values it
must have and which it must not. Whatever the reader cannot know about a request (addresses, times,
policy variables) is read in favour of the token in an Allow, and never against it in a Deny.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from policypack.trust.claims import (
    FREE_TEXT_CLAIMS,
    GENERIC_KEYS,
    GITHUB_KEYS,
    NUMBER_CLAIMS,
    SOMETIMES_ABSENT,
)
from policypack.trust.conditions import STRINGS, Condition, Operator
from policypack.trust.pattern import PatternSet
from policypack.trust.search import Matcher

IN: Final = "in"
OUT: Final = "out"
ANY: Final = "any"
NONE: Final = "none"

_NEGATED: Final = {IN: OUT, OUT: IN, ANY: NONE, NONE: ANY}
_REQUEST_KEYS: Final = ("aws:", "sts:")


class Atom(NamedTuple):
    """Hold what one condition says of one claim.

    `kind` tells which values pass: IN the set, OUT of it, ANY, or NONE. `unsure` marks a comparison
    whose outcome for GitHub's claims is not documented.
    """

    condition: Condition
    claim: str
    absent_passes: bool
    kind: str
    values: PatternSet
    unsure: bool = False

    def denied(self) -> "Atom":
        """Give the atom that passes exactly where this one does not."""
        return self._replace(absent_passes=not self.absent_passes, kind=_NEGATED[self.kind])


@dataclass
class Limits:
    """Hold what all atoms together say of one claim."""

    absent_passes: bool = True
    present_passes: bool = True
    musts: list[Atom] = field(default_factory=list)
    nevers: list[PatternSet] = field(default_factory=list)

    def matchers(self) -> tuple[Matcher, ...]:
        """Give the matchers that a present value has to satisfy."""
        wanted = [Matcher(atom.values, wanted=True) for atom in self.musts]
        return (*wanted, *(Matcher(values, wanted=False) for values in self.nevers))

    def admits(self, value: str) -> bool:
        """Tell whether a present value passes."""
        return (
            self.present_passes
            and all(atom.values.matches(value) for atom in self.musts)
            and not any(values.matches(value) for values in self.nevers)
        )


def _certain(values: PatternSet) -> PatternSet:
    """Leave out values with variables: nobody knows what they exclude."""
    if all(not pattern.variables for pattern in values.patterns):
        return values
    return PatternSet(pattern for pattern in values.patterns if not pattern.variables)


@dataclass
class Demands:
    """Hold all demands of one statement; `impossible` when one of them can never be met."""

    limits: dict[str, Limits] = field(default_factory=dict)
    impossible: Condition | None = None
    unsure: list[Condition] = field(default_factory=list)

    def add(self, atom: Atom) -> None:
        """Narrow the demands by one more atom."""
        if atom.unsure:
            self.unsure.append(atom.condition)
            return
        limits = self.limits.setdefault(atom.claim, Limits())
        limits.absent_passes &= atom.absent_passes
        if atom.kind == IN:
            limits.musts.append(atom)
        elif atom.kind == OUT:
            limits.nevers.append(_certain(atom.values))
        elif atom.kind == NONE:
            limits.present_passes = False

    def of(self, claim: str) -> Limits:
        """Give the limits of a claim; none means that anything passes."""
        return self.limits.get(claim) or Limits()

    def copy(self) -> "Demands":
        """Give demands that can be narrowed without touching these."""
        copied = {
            claim: Limits(
                limits.absent_passes,
                limits.present_passes,
                list(limits.musts),
                list(limits.nevers),
            )
            for claim, limits in self.limits.items()
        }
        return Demands(copied, self.impossible, list(self.unsure))


class Reading(NamedTuple):
    """Sort the conditions of one statement for tokens of one issuer.

    `atoms` compare claims; `fails` is a condition that no token of the issuer passes; `open_ended`
    are the conditions about the request that depend on more than the token.
    """

    atoms: tuple[Atom, ...]
    fails: Condition | None
    open_ended: tuple[Condition, ...]


def read_conditions(
    conditions: Iterable[Condition], issuer: str, *, github_keys: bool = True
) -> Reading:
    """Sort conditions into those about claims and those that are settled for every token.

    With `github_keys` False, AWS is taken to fill `aud` and `sub` only.
    """
    atoms: list[Atom] = []
    open_ended: list[Condition] = []
    fails: Condition | None = None
    for condition in conditions:
        if is_about_request(condition):
            open_ended.append(condition)
            continue
        filled = condition.prefix == issuer and (
            condition.claim in GENERIC_KEYS or (github_keys and condition.claim in GITHUB_KEYS)
        )
        if filled:
            atom = _atom(condition)
            atoms.append(atom)
            never = atom.kind == NONE and not (
                atom.absent_passes and condition.claim in SOMETIMES_ABSENT
            )
            if never and not atom.unsure:
                fails = fails or condition
        elif not _passes_absent(condition):
            fails = fails or condition
    return Reading(tuple(atoms), fails, tuple(open_ended))


def is_about_request(condition: Condition) -> bool:
    """Tell whether a key is filled from the request (address, time) and not from the token."""
    return is_request_key(condition.key)


def is_request_key(key: str) -> bool:
    """Tell whether a key names a property of the request."""
    return key.lower().startswith(_REQUEST_KEYS)


def _passes_absent(condition: Condition) -> bool:
    if condition.operator.base == "null":
        return any(value.lower() == "true" for value in condition.values)
    return condition.operator.passes_when_absent


def _atom(condition: Condition) -> Atom:
    operator, claim = condition.operator, condition.claim
    absent = _passes_absent(condition)
    if operator.base == "null":
        passes = any(value.lower() == "false" for value in condition.values)
        return Atom(condition, claim, absent, ANY if passes else NONE, _EMPTY)
    if operator.base in STRINGS:
        kind = OUT if operator.negated else IN
        return Atom(condition, claim, absent, kind, PatternSet(condition.patterns))
    kind, unsure = _typed(operator, claim)
    return Atom(condition, claim, absent, kind, _EMPTY, unsure)


_EMPTY: Final = PatternSet(())


def _typed(operator: Operator, claim: str) -> tuple[str, bool]:
    """Judge an operator of another type: a subject is no ARN, address, date or number."""
    numeric = operator.base.startswith(("numeric", "date"))
    unsure = (
        operator.base == "binaryequals"
        or claim in FREE_TEXT_CLAIMS
        or (numeric and (claim in NUMBER_CLAIMS or operator.negated))
    )
    return (ANY if operator.negated else NONE), unsure


def demand(readings: Iterable[Atom]) -> Demands:
    """Put atoms together."""
    demands = Demands()
    for atom in readings:
        demands.add(atom)
    return demands
