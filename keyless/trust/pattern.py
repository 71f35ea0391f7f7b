"""Values of condition operators as languages: literals, wildcards, escapes and policy variables.

A `Pattern` is one value as IAM reads it; a `PatternSet` is the union of the values of a condition
key. An automaton matches all of them at once: its state is the set of positions reached, held in
the bits of an integer, so that matching never backtracks and costs one step a character.

What a value means for a verdict is decided elsewhere; this module knows nothing of claims.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import takewhile
from typing import Final, NamedTuple

STAR: Final = -1
ANY: Final = -2
VARIABLE: Final = -3

OTHER: Final = "\U0010ffff"
"""Stands for a character that no value of the policy names: no text of Unicode may contain it."""

_VARIABLES: Final = re.compile(r"\$\{([^}]*)\}?")
"""A policy variable and its name; one that is not closed goes on to the end."""
_WILDCARDS: Final[Mapping[str, str | int]] = {"*": STAR, "?": ANY}


class Pattern(NamedTuple):
    """Hold one value of a string condition.

    `literal` is the text when the value has neither wildcard nor variable, else None; `items` has
    characters, `STAR`, `ANY` and `VARIABLE`, whose names are in `variables` in the same order.
    """

    written: str
    literal: str | None
    items: tuple[str | int, ...]
    ignores_case: bool
    variables: tuple[str, ...]

    @property
    def prefix(self) -> str:
        """Give the text that every match begins with, in this letter case."""
        if self.ignores_case:
            return ""
        items = takewhile(lambda item: isinstance(item, str), self.items)
        return self.literal or "".join(map(str, items))


def read_pattern(written: str, *, wildcards: bool, variables: bool, ignores_case: bool) -> Pattern:
    """Read one value: wildcards where the operator has them, variables where the Version has them.

    Source: IAM user guide, "Policy variables and tags" (`${*}`, `${?}` and `${$}` are the
    characters themselves; a variable may carry a default after a comma).
    """
    items: list[str | int] = []
    names: list[str] = []
    for number, part in enumerate(_VARIABLES.split(written) if variables else [written]):
        if number % 2 == 0:
            items += [_WILDCARDS.get(c, c) for c in part] if wildcards else part
        elif part in {"*", "?", "$"}:
            items.append(part)
        else:
            names.append(part)
            items.append(VARIABLE)
    return Pattern(written, _literal(items), tuple(items), ignores_case, tuple(names))


def resolve(pattern: Pattern, values: Mapping[str, str]) -> Pattern | None:
    """Put values in place of a pattern's variables; None when one of them has no value."""
    names = iter(pattern.variables)
    items: list[str | int] = []
    for item in pattern.items:
        if item != VARIABLE:
            items.append(item)
            continue
        name, _, default = next(names).partition(",")
        value = values.get(name.strip().lower())
        if value is None and default:
            value = default.strip().strip("'")
        if value is None:
            return None
        items.extend(value)
    return Pattern(pattern.written, _literal(items), tuple(items), pattern.ignores_case, ())


def _literal(items: Sequence[str | int]) -> str | None:
    if any(isinstance(item, int) for item in items):
        return None
    return "".join(str(item) for item in items)


def literal_pattern(text: str) -> Pattern:
    """Give the pattern that matches one text only."""
    return Pattern(text, text, tuple(text), False, ())


class PatternSet:
    """Match a union of patterns; `literals` are the matched texts where all are written out."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self.patterns = tuple(patterns)
        texts = [None if each.ignores_case else each.literal for each in self.patterns]
        self.literals = (
            None if None in texts else frozenset(text for text in texts if text is not None)
        )
        self.has_variables = any(each.variables for each in self.patterns)

    @cached_property
    def automaton(self) -> "Automaton":
        """Give the automaton, which is built where it is first asked for."""
        return Automaton(self.patterns)

    def matches(self, text: str) -> bool:
        """Tell whether one of the patterns matches the whole text."""
        if self.literals is not None:
            return text in self.literals
        return bool(self.automaton.run(self.automaton.start, text) & self.automaton.final)


class Automaton:
    """Read a text by all patterns of a union at once.

    States are integers: bit n is set when the text so far can stand before item n. Zero is the dead
    state, and a state is accepting when it shares a bit with `final`.
    """

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self.start = self.final = self._any = self._stars = 0
        self._written: dict[str, int] = {}
        self._named: dict[str, int] = {}
        bit = 1
        for pattern in patterns:
            self.start |= bit
            for item in pattern.items:
                if item in {STAR, VARIABLE}:
                    if self._stars & bit >> 1:
                        continue  # one star takes what two take
                    self._stars |= bit
                elif item == ANY:
                    self._any |= bit
                else:
                    self._written[str(item)] = self._written.get(str(item), 0) | bit
                    for spelling in _spellings(str(item), pattern.ignores_case):
                        self._named[spelling] = self._named.get(spelling, 0) | bit
                bit <<= 1
            self.final |= bit
            bit <<= 1
        self.start |= (self.start & self._stars) << 1

    def run(self, state: int, characters: Iterable[str]) -> int:
        """Read characters (`OTHER` among them) and give the state reached."""
        for character in characters:
            named = self._named.get(character, 0) | self._any
            state = (state & named) << 1 | (state & self._stars)
            state |= (state & self._stars) << 1
            if not state:
                break
        return state

    def named(self, state: int) -> list[tuple[str, bool]]:
        """List the characters that lead somewhere of their own from this state.

        Each comes with True when it is only the other letter case of what is written; these come
        first.
        """
        named = [character for character, bits in self._named.items() if bits & state]
        found = [(character, not self._written.get(character, 0) & state) for character in named]
        return sorted(found, key=lambda each: not each[1])


def _spellings(character: str, ignores_case: bool) -> set[str]:
    if not ignores_case:
        return {character}
    cases = {character, character.lower(), character.upper()}
    return {case for case in cases if len(case) == 1}
