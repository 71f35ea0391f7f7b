"""What one statement demands of the claims of a token, key by key.

A statement's conditions become `Demands`: for each claim whether it may be absent, which values it
must have and which it must not. Whatever the reader cannot know about a request (addresses, times,
policy variables) is read in favour of the token in an Allow, and never against it in a Deny.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from keyless.facts import (
    GENERIC_CLAIMS,
    GITHUB_CLAIMS,
    UNFILLED_REQUEST_KEYS,
    UNFILLED_REQUEST_PREFIXES,
)
from keyless.trust.automata import ClaimAutomata, Matcher, Steps, SubjectAutomaton
from keyless.trust.claims import (
    FREE_TEXT_CLAIMS,
    NUMBER_CLAIMS,
    SOMETIMES_ABSENT,
)
from keyless.trust.conditions import NO_PATTERNS, STRINGS, Condition, Operator
from keyless.trust.pattern import Pattern, PatternSet, literal_pattern

IN: Final = "in"
OUT: Final = "out"
ANY: Final = "any"
NONE: Final = "none"

_NEGATED: Final = {IN: OUT, OUT: IN, ANY: NONE, NONE: ANY}
_MOST_SPLIT: Final = 128

_REQUEST_KEYS: Final = ("aws:", "sts:")


Values = tuple[tuple[str, tuple[str, ...]], ...]
"""The characters of the fields that the value of a claim consists of."""


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
    musts: list[PatternSet] = field(default_factory=list)
    nevers: list[PatternSet] = field(default_factory=list)
    _listed: frozenset[str] | None = None

    def matchers(self) -> tuple[Matcher, ...]:
        """Give the matchers that a present value has to satisfy."""
        wanted = [Matcher(values, wanted=True) for values in self.musts]
        return (*wanted, *(Matcher(values, wanted=False) for values in self.nevers))

    def admits(self, value: str, steps: Steps) -> bool:
        """Tell whether a present value passes."""
        steps.take((len(self.musts) + len(self.nevers)) * len(value))
        return (
            self.present_passes
            and all(values.matches(value) for values in self.musts)
            and not any(values.matches(value) for values in self.nevers)
        )

    def listed(self, steps: Steps) -> frozenset[str] | None:
        """Give the present values that pass, where the policy writes them out; else None."""
        if self._listed is not None:
            return self._listed
        lists = [values.literals for values in self.musts if values.literals is not None]
        if not lists:
            return None
        steps.take(sum(map(len, lists)))
        left = lists[0].intersection(*lists[1:]) if self.present_passes else frozenset[str]()
        left = left.difference(*(v.literals for v in self.nevers if v.literals is not None))
        if len(lists) < len(self.musts) or any(v.literals is None for v in self.nevers):
            left = frozenset(value for value in left if self.admits(value, steps))
        self._listed = left
        return left


def _certain(values: PatternSet) -> PatternSet:
    """Leave out values with variables: nobody knows what they exclude."""
    if not values.has_variables:
        return values
    return PatternSet(pattern for pattern in values.patterns if not pattern.variables)


class Demands:
    """Hold all demands of one statement, by claim.

    `settled` is a place for anybody who looks for values to remember them; `conditions` tells which
    condition brought each union of values.
    """

    def __init__(self) -> None:
        self.limits: dict[str, Limits] = {}
        self.settled: dict[tuple[str, str, tuple[str, ...]], Values | None] = {}
        self.conditions: dict[int, Condition] = {}
        self._claims: ClaimAutomata | None = None
        self._subject: SubjectAutomaton | None = None

    def add(self, atom: Atom) -> None:
        """Narrow the demands by one more atom; one that is unsure narrows nothing."""
        if atom.unsure:
            return
        limits = self.limits.setdefault(atom.claim, Limits())
        limits.absent_passes &= atom.absent_passes
        if atom.kind == IN:
            limits.musts.append(atom.values)
            self.conditions[id(atom.values)] = atom.condition
        elif atom.kind == OUT:
            limits.nevers.append(_certain(atom.values))
        elif atom.kind == NONE:
            limits.present_passes = False

    def of(self, claim: str) -> Limits:
        """Give the limits of a claim; none means that anything passes."""
        return self.limits.get(claim) or Limits()

    def claims(self) -> ClaimAutomata:
        """Give the automata of all claims but the subject."""
        if self._claims is None:
            self._claims = ClaimAutomata(
                {c: limits.matchers() for c, limits in self.limits.items() if c != "sub"}
            )
        return self._claims

    def subject(self, steps: Steps) -> SubjectAutomaton:
        """Give the automaton of the subject."""
        if self._subject is None:
            self._subject = SubjectAutomaton(self.of("sub").matchers(), steps)
        return self._subject

    def with_limits(self, claim: str, limits: Limits) -> "Demands":
        """Give demands that differ in one claim; what else is known is shared."""
        changed = Demands()
        changed.limits = {**self.limits, claim: limits}
        changed.settled = {key: each for key, each in self.settled.items() if key[0] != claim}
        if claim == "sub":
            changed._claims = self.claims()
        else:
            changed._subject = self._subject
        return changed

    def within(self, claim: str, value: str) -> "Demands":
        """Give demands that name the value of a claim in any letter case."""
        return self._with(claim, [_in_any_case(value)], [])

    def without(self, claim: str, value: str) -> "Demands":
        """Give demands that exclude one more value; but for refs, in any letter case."""
        excluded = PatternSet([literal_pattern(value)]) if claim == "ref" else _in_any_case(value)
        return self._with(claim, [], [excluded])

    def _with(self, claim: str, musts: list[PatternSet], nevers: list[PatternSet]) -> "Demands":
        known = self.of(claim)
        absent = known.absent_passes and not musts
        limits = Limits(
            absent, known.present_passes, [*known.musts, *musts], [*known.nevers, *nevers]
        )
        return self.with_limits(claim, limits)


def _in_any_case(value: str) -> PatternSet:
    return PatternSet([literal_pattern(value)._replace(ignores_case=True)])


class Case(NamedTuple):
    """Hold one value of the subject, and the demands that it comes with."""

    demands: Demands
    condition: Condition | None
    value: Pattern | None


def cases(demands: Demands, steps: Steps) -> Iterator[Case]:
    """Split demands by the values of the subject, and by repositories that are listed.

    A value that the other demands on the subject exclude is left out. Raises ExhaustedError, or
    TooLargeError from the patterns.
    """
    limits = demands.of("sub")
    if not limits.musts:
        yield from _split_repositories(Case(demands, None, None), steps)
        return
    values = min(limits.musts, key=lambda v: (v.literals is None, len(v.patterns)))
    musts = [other for other in limits.musts if other is not values]
    others = Limits(musts=musts, nevers=limits.nevers)
    condition = demands.conditions.get(id(values))
    for value in dict.fromkeys(values.patterns):
        steps.take()
        is_literal = value.literal is not None and not value.ignores_case
        if is_literal and not others.admits(value.literal or "", steps):
            continue
        musts = [PatternSet([value]), *others.musts]
        narrowed = demands.with_limits(
            "sub", Limits(limits.absent_passes, limits.present_passes, musts, others.nevers)
        )
        case = Case(narrowed, condition, value)
        yield from [case] if is_literal else _split_repositories(case, steps)


def _split_repositories(case: Case, steps: Steps) -> Iterator[Case]:
    """Split by the repositories that the claims list, where the subject lists none."""
    for claim in ("repository_id", "repository"):
        listed = case.demands.of(claim).listed(steps)
        if listed is None or len(listed) > _MOST_SPLIT:
            continue
        if len(listed) == 1:
            break
        for name in sorted(listed):
            only = Limits(False, True, [PatternSet([literal_pattern(name)])], [])
            yield case._replace(demands=case.demands.with_limits(claim, only))
        return
    yield case


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
        if is_request_key(condition.key):
            open_ended.append(condition)
            continue
        filled = condition.prefix == issuer and (
            condition.claim in GENERIC_CLAIMS or (github_keys and condition.claim in GITHUB_CLAIMS)
        )
        if filled:
            atom = _atom(condition)
            atoms.append(atom)
            never = atom.kind == NONE and not (
                atom.absent_passes and condition.claim in SOMETIMES_ABSENT
            )
            if never and not atom.unsure:
                fails = fails or condition
        elif not passes_absent(condition):
            fails = fails or condition
    return Reading(tuple(atoms), fails, tuple(open_ended))


def is_request_key(key: str) -> bool:
    """Tell whether a key is filled from the request (address, time) and not from the token.

    Keys of AWS that a request with a token of GitHub never carries are none: they are absent.
    """
    lowered = key.lower()
    return (
        lowered.startswith(_REQUEST_KEYS)
        and lowered not in UNFILLED_REQUEST_KEYS
        and not lowered.startswith(UNFILLED_REQUEST_PREFIXES)
    )


def passes_absent(condition: Condition) -> bool:
    """Tell what a condition says of a key that the request does not carry."""
    if condition.operator.base == "null":
        return any(value.lower() == "true" for value in condition.values)
    return condition.operator.passes_when_absent


def _atom(condition: Condition) -> Atom:
    operator, claim = condition.operator, condition.claim
    absent = passes_absent(condition)
    if operator.base == "null":
        passes = any(value.lower() == "false" for value in condition.values)
        return Atom(condition, claim, absent, ANY if passes else NONE, NO_PATTERNS)
    if operator.base in STRINGS:
        kind = OUT if operator.negated else IN
        return Atom(condition, claim, absent, kind, condition.union)
    kind, unsure = _typed(operator, claim)
    return Atom(condition, claim, absent, kind, NO_PATTERNS, unsure)


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
