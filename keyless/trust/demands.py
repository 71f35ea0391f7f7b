"""What one statement demands of the claims of a token, key by key.

Each condition becomes an `Atom`: whether a claim may be absent, and which values it must have or
must not. Whatever the reader cannot know about a request (addresses, times, policy variables) is
read in favour of the token in an Allow, and never against it in a Deny.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from keyless.facts import (
    GENERIC_CLAIMS,
    GITHUB_CLAIMS,
    REPOSITORY_PREFIX,
    UNFILLED_REQUEST_KEYS,
    UNFILLED_REQUEST_PREFIXES,
)
from keyless.trust.claims import FREE_TEXT_CLAIMS, NUMBER_CLAIMS, SOMETIMES_ABSENT, SUB
from keyless.trust.conditions import STRINGS, Condition, passes
from keyless.trust.pattern import Pattern, PatternSet, literal_pattern

_REQUEST_KEYS: Final = ("aws:", "sts:")


class Atom(NamedTuple):
    """Hold what one condition says of one claim.

    A value passes if it is among `values`, or with `wanted` False if it is not. `unsure` marks a
    comparison whose outcome for GitHub's claims is not documented. There is no `condition` where
    the reader itself asks for more.
    """

    claim: str
    absent_passes: bool
    wanted: bool
    values: PatternSet
    condition: Condition | None = None
    unsure: bool = False

    def denied(self) -> "Atom":
        """Give the atom that passes exactly where this one does not."""
        return self._replace(absent_passes=not self.absent_passes, wanted=not self.wanted)

    def certain(self) -> "Atom":
        """Leave values with variables out of what is not wanted: nobody knows what they exclude."""
        if self.wanted or not self.values.has_variables:
            return self
        known = PatternSet(each for each in self.values.patterns if not each.variables)
        return self._replace(values=known)


class Case(NamedTuple):
    """Hold the atoms that a token has to pass, and the value of the subject that is asked about."""

    atoms: tuple[Atom, ...]
    value: Pattern | None = None
    condition: Condition | None = None

    @property
    def is_literal(self) -> bool:
        """Tell whether the subject is written out, in one letter case."""
        value = self.value
        return value is not None and value.literal is not None and not value.ignores_case

    @property
    def beginning(self) -> tuple[str, str]:
        """Give the repository that the subject begins with in any case, and what comes after it.

        Both are empty where a wildcard comes before its end, or where it begins otherwise.
        """
        prefix = self.value.prefix if self.value is not None else ""
        repository, colon, rest = prefix.removeprefix(REPOSITORY_PREFIX).partition(":")
        return (repository, rest) if colon and prefix.startswith(REPOSITORY_PREFIX) else ("", "")

    def as_written(self, text: str) -> str:
        """Give a text in the letter case that the policy writes it in, if it is written there."""
        conditions = [atom.condition for atom in self.atoms if atom.condition and atom.wanted]
        written = "\n".join(value for condition in conditions for value in condition.values)
        word = rf"(?<![\w.-]){re.escape(text)}(?![\w.-])"
        match = re.search(word, written) or re.search(word, written, re.IGNORECASE)
        return match.group() if match else text

    def within(self, claim: str, value: str) -> "Case":
        """Give the case of the tokens whose claim has this value, in any letter case."""
        return self._with(Atom(claim, False, True, _in_any_case(value)))

    def without(self, claim: str, value: str) -> "Case":
        """Give the case without one more value of a claim, in any letter case if it names one."""
        as_written = claim in {"ref", "aud"}
        excluded = PatternSet([literal_pattern(value)]) if as_written else _in_any_case(value)
        return self._with(Atom(claim, True, False, excluded))

    def _with(self, atom: Atom) -> "Case":
        return self._replace(atoms=(*self.atoms, atom))


@lru_cache(maxsize=256)
def _in_any_case(value: str) -> PatternSet:
    return PatternSet([literal_pattern(value)._replace(ignores_case=True)])


def cases(atoms: Iterable[Atom]) -> Iterator[Case]:
    """Split atoms by the values of the subject; unsure ones narrow nothing."""
    known = [atom.certain() for atom in atoms if not atom.unsure]
    listing = [atom for atom in known if atom.claim == SUB and atom.wanted]
    if not listing:
        yield Case(tuple(known))
        return
    split = min(listing, key=lambda a: (a.values.literals is None, len(a.values.patterns)))
    others = tuple(atom for atom in known if atom is not split)
    for value in dict.fromkeys(split.values.patterns):
        text = value.literal if not value.ignores_case else None
        if text is None or all(
            a.values.matches(text) is a.wanted for a in others if a.claim == SUB
        ):
            narrowed = split._replace(values=PatternSet([value]))
            yield Case((narrowed, *others), value, split.condition)


class Reading(NamedTuple):
    """Sort the conditions of one statement for tokens of one issuer.

    `atoms` compare claims; `fails` is a condition that no token of the issuer passes; `open_ended`
    tells of a condition about the request that depends on more than the token.
    """

    atoms: tuple[Atom, ...]
    fails: Condition | None
    open_ended: bool


def read_conditions(
    conditions: Iterable[Condition], issuer: str, *, github_keys: bool = True
) -> Reading:
    """Sort conditions into those about claims and those that are settled for every token.

    With `github_keys` False, AWS is taken to fill `aud` and `sub` only.
    """
    atoms: list[Atom] = []
    fails: Condition | None = None
    open_ended = False
    for condition in conditions:
        if is_request_key(condition.key):
            open_ended = True
        elif condition.prefix == issuer and (
            condition.claim in GENERIC_CLAIMS or (github_keys and condition.claim in GITHUB_CLAIMS)
        ):
            atom = _atom(condition)
            atoms.append(atom)
            absent = atom.absent_passes and condition.claim in SOMETIMES_ABSENT
            if atom.wanted and not (atom.values.patterns or absent or atom.unsure):
                fails = fails or condition
        elif not passes(condition, None):
            fails = fails or condition
    return Reading(tuple(atoms), fails, open_ended)


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


def _atom(condition: Condition) -> Atom:
    """Read a condition; where no values are compared, either every value passes or none does."""
    operator, claim = condition.operator, condition.claim
    wanted, unsure = not operator.negated, False
    if operator.base == "null":
        wanted = not passes(condition, ())
    elif operator.base not in STRINGS:
        unsure = _is_unsure(condition)
    return Atom(claim, passes(condition, None), wanted, condition.union, condition, unsure)


def _is_unsure(condition: Condition) -> bool:
    """Tell whether an operator of another type may pass: a subject is no ARN, date or number."""
    operator, claim = condition.operator, condition.claim
    numeric = operator.base.startswith(("numeric", "date"))
    return (
        operator.base == "binaryequals"
        or claim in FREE_TEXT_CLAIMS
        or (numeric and (claim in NUMBER_CLAIMS or operator.negated))
    )
