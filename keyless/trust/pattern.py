"""Values of condition operators as languages: literals, wildcards, escapes and policy variables.

A `Pattern` is one value as IAM reads it; a `PatternSet` is the union of the values of one condition
key. Both are matched by one automaton whose state is the set of positions reached, held in the bits
of an integer, so that matching never backtracks and costs one step for each character of the text.

What a value means for a verdict is decided elsewhere; this module knows nothing of claims.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

STAR: Final = -1
ANY: Final = -2
VARIABLE: Final = -3

OTHER: Final = "other"
"""Stands for a character that no value of the policy names; longer than any real character."""

_VARIABLES: Final = re.compile(r"\$\{([^}]*)\}?")
"""A policy variable and its name; one that is not closed goes on to the end."""
_WILDCARDS: Final[Mapping[str, str | int]] = {"*": STAR, "?": ANY}

LARGEST_UNION: Final = 4096
"""Characters in the values of one condition that the automaton takes on, together."""


class TooLargeError(Exception):
    """Tell that the values of one condition are longer than the reader compares."""


class Pattern(NamedTuple):
    """Hold one value of a string condition.

    `literal` is the text when the value has neither wildcard nor variable, else None; `items` holds
    characters, `STAR`, `ANY` and `VARIABLE`, whose names are in `variables` in the same order.
    """

    written: str
    literal: str | None
    items: tuple[str | int, ...]
    ignores_case: bool
    variables: tuple[str, ...]


def read_pattern(written: str, *, wildcards: bool, variables: bool, ignores_case: bool) -> Pattern:
    """Read one value: wildcards where the operator has them, variables where the Version has them.

    Source: IAM user guide, "Policy variables and tags" (`${*}`, `${?}` and `${$}` are the
    characters themselves; a variable may carry a default after a comma).
    """
    has_variables = variables and "${" in written
    if not has_variables and not (wildcards and ("*" in written or "?" in written)):
        return Pattern(written, written, tuple(written), ignores_case, ())
    if not has_variables:
        tamed = tuple([_WILDCARDS.get(character, character) for character in written])
        return Pattern(written, None, tamed, ignores_case, ())
    items: list[str | int] = []
    names: list[str] = []
    for number, part in enumerate(_VARIABLES.split(written)):
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


def literal_prefix(pattern: Pattern) -> str:
    """Give the text that every match starts with, compared with regard to case."""
    if pattern.ignores_case:
        return ""
    if pattern.literal is not None:
        return pattern.literal
    prefix: list[str] = []
    for item in pattern.items:
        if not isinstance(item, str):
            break
        prefix.append(item)
    return "".join(prefix)


class PatternSet:
    """Match a union of patterns.

    States are integers: bit n is set when the text so far can stand before item n. Zero is the dead
    state, `start` the first one, and a state is accepting when it shares a bit with `final`. `size`
    counts the characters of all patterns.
    """

    __slots__ = (
        "_any",
        "_compiled",
        "_literals",
        "_masks",
        "_stars",
        "_variants",
        "_written",
        "final",
        "has_variables",
        "patterns",
        "size",
        "start",
    )

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self.patterns = tuple(patterns)
        self._compiled = False
        self.has_variables = False
        self.size = 0
        literals: list[str] = []
        for pattern in self.patterns:
            self.size += len(pattern.items)
            if pattern.literal is not None and not pattern.ignores_case:
                literals.append(pattern.literal)
            elif pattern.variables:
                self.has_variables = True
        self._literals: frozenset[str] | None = None
        if len(literals) == len(self.patterns):
            self._literals = frozenset(literals)
        self.start = 0
        self.final = 0

    @property
    def alphabet(self) -> int:
        """Count the characters that the patterns name."""
        return len(self._masks)

    @property
    def literals(self) -> frozenset[str] | None:
        """Give the matched texts when they are finite and case counts, else None."""
        return self._literals

    def matches(self, text: str) -> bool:
        """Tell whether one of the patterns matches the whole text."""
        if self._literals is not None:
            return text in self._literals
        self.compile()
        return bool(self.run(self.start, text) & self.final)

    def compile(self) -> None:
        """Build the automaton once.

        Raises TooLargeError when the values together exceed `LARGEST_UNION` characters.
        """
        if self._compiled:
            return
        if self.size > LARGEST_UNION:
            raise TooLargeError
        masks: dict[str, int] = {}
        self._written: dict[str, int] = {}
        self._variants: dict[str, int] = {}
        self._any = self._stars = 0
        bit = 1
        for pattern in self.patterns:
            self.start |= bit
            for item in pattern.items:
                if item in {STAR, VARIABLE}:
                    if self._stars & bit >> 1:
                        continue
                    self._stars |= bit
                elif item == ANY:
                    self._any |= bit
                else:
                    self._name(str(item), bit, pattern.ignores_case, masks)
                bit <<= 1
            self.final |= bit
            bit <<= 1
        self._masks = {character: mask | self._any for character, mask in masks.items()}
        self.start |= (self.start & self._stars) << 1
        self._compiled = True

    def _name(self, written: str, bit: int, ignores_case: bool, masks: dict[str, int]) -> None:
        self._written[written] = self._written.get(written, 0) | bit
        for spelling in _spellings(written, ignores_case):
            masks[spelling] = masks.get(spelling, 0) | bit
            if spelling == written.swapcase() != written:
                self._variants[spelling] = self._variants.get(spelling, 0) | bit

    def run(self, state: int, characters: Iterable[str]) -> int:
        """Read characters (`OTHER` among them) and give the state reached."""
        masks, otherwise, stars = self._masks, self._any, self._stars
        for character in characters:
            state = ((state & masks.get(character, otherwise)) << 1) | (state & stars)
            state |= (state & stars) << 1
            if not state:
                break
        return state

    def named(self, state: int) -> list[tuple[str, bool]]:
        """List the characters that lead somewhere of their own from this state.

        Each comes with True when it is only the other letter case of what is written.
        """
        found = [(character, True) for character, bits in self._variants.items() if bits & state]
        found += [(character, False) for character, bits in self._written.items() if bits & state]
        return found


def _spellings(character: str, ignores_case: bool) -> set[str]:
    if not ignores_case:
        return {character}
    cases = {character, character.lower(), character.upper()}
    return {case for case in cases if len(case) == 1}
