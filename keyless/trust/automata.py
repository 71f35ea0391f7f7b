"""Automata for the conditions on a subject and on the claims in it.

`SubjectAutomaton` reads the whole subject, `ClaimAutomata` the claims that its pieces show, and a
`Step` is one segment of a piece with the automata that read it. They remember where a character
leads, for the same question comes back for every kind of tenant and every mode.

`Steps` bounds what one document may cost: a step is one character compared with one automaton, or
one place of the search.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from keyless.trust.claims import CHARSETS, ENCODED_FIELDS, Charset, Piece
from keyless.trust.pattern import OTHER, PatternSet

States = tuple[int, ...]
"""The states of several automata."""

_CASE_COUNTS: Final = frozenset({"branch", "tag"})
_ENCODED_COLON: Final = ("%", "3", "A")
_ANY_CHARACTER: Final = Charset(None)


class ExhaustedError(Exception):
    """Tell that a document takes more steps than it may cost."""


class Steps:
    """Count the steps that are left for one document."""

    __slots__ = ("left",)

    def __init__(self, steps: int) -> None:
        self.left = steps

    def take(self, steps: int = 1) -> None:
        """Take steps away. Raises ExhaustedError when there are none left."""
        self.left -= steps
        if self.left < 0:
            raise ExhaustedError


class Matcher(NamedTuple):
    """Ask that a text be in a union of patterns, or that it be in none of them."""

    patterns: PatternSet
    wanted: bool


class Step(NamedTuple):
    """Bind one segment of a piece to the automata of the claims that it belongs to.

    `reads` are the places of these automata among the states of the piece; `closes` are the places
    of those whose claim ends here, which must accept.
    """

    text: str
    field: str
    charset: Charset
    reads: tuple[int, ...]
    reading: tuple[Matcher, ...]
    closes: tuple[int, ...]
    closing: tuple[Matcher, ...]

    def after(self, states: States, read: States) -> States:
        """Put the states that have moved back in their places."""
        moved = list(states)
        for place, state in zip(self.reads, read, strict=True):
            moved[place] = state
        return tuple(moved)

    def close(self, states: States) -> States | None:
        """Give the states behind the segment; None when a claim that ends here is refused."""
        if not self.closes:
            return states
        if not accept(self.closing, [states[place] for place in self.closes]):
            return None
        left = list(states)
        for place in self.closes:
            left[place] = 0
        return tuple(left)


class Move(NamedTuple):
    """Tell where one character of a field leads; `is_new` when no value of the policy names it."""

    character: str
    is_new: bool
    subject: States
    claims: States


class ClaimAutomata:
    """Hold the automata of claims by name, and the pieces of subjects bound to them."""

    def __init__(self, matchers: Mapping[str, tuple[Matcher, ...]]) -> None:
        self._matchers = matchers
        self._bound: dict[int, tuple[tuple[Step, ...], States]] = {}

    def bind(self, piece: Piece) -> tuple[tuple[Step, ...], States]:
        """Give the steps of a piece and the states that its claims begin in."""
        known = self._bound.get(id(piece))
        if known is None:
            known = self._bound[id(piece)] = self._bind(piece)
        return known

    def _bind(self, piece: Piece) -> tuple[tuple[Step, ...], States]:
        last = {claim: n for n, segment in enumerate(piece.segments) for claim in segment.claims}
        automata = [(claim, m) for claim in last for m in self._matchers.get(claim, ())]
        for _, matcher in automata:
            matcher.patterns.compile()
        steps: list[Step] = []
        for n, segment in enumerate(piece.segments):
            reads = [i for i, (claim, _) in enumerate(automata) if claim in segment.claims]
            closes = [i for i in reads if last[automata[i][0]] == n]
            steps.append(
                Step(
                    segment.text,
                    segment.field,
                    CHARSETS.get(segment.field, _ANY_CHARACTER),
                    tuple(reads),
                    tuple(automata[i][1] for i in reads),
                    tuple(closes),
                    tuple(automata[i][1] for i in closes),
                )
            )
        return tuple(steps), tuple(matcher.patterns.start for _, matcher in automata)


class SubjectAutomaton:
    """Hold the automata of a whole text, and remember where characters lead."""

    def __init__(self, matchers: tuple[Matcher, ...], steps: Steps) -> None:
        for matcher in matchers:
            matcher.patterns.compile()
        self._matchers = matchers
        self._steps = steps
        self.start = tuple(matcher.patterns.start for matcher in matchers)
        self._texts: dict[tuple[States, str], States | None] = {}
        self._moves: dict[tuple[object, ...], tuple[Move, ...]] = {}

    def read(self, state: States, text: str) -> States | None:
        """Read a fixed text; None when it leads nowhere."""
        key = (state, text)
        if key not in self._texts:
            self._steps.take(len(text) * len(self._matchers))
            self._texts[key] = advance(self._matchers, state, text)
        return self._texts[key]

    def accepts(self, state: States) -> bool:
        """Tell whether the text may end here."""
        return accept(self._matchers, state)

    def moves(
        self, step: Step, state: States, claims: States, *, only_new: bool
    ) -> tuple[Move, ...]:
        """List the ways to read one more character of a field; the last is the one to try first."""
        reading = tuple([claims[place] for place in step.reads])
        key = (step.field, step.reading, state, reading, only_new)
        known = self._moves.get(key)
        if known is None:
            known = self._moves[key] = tuple(self._list_moves(step, state, reading, only_new))
        return known

    def _list_moves(
        self, step: Step, state: States, reading: States, only_new: bool
    ) -> Iterator[Move]:
        characters = [(OTHER, True)] if only_new else self._characters(step, state, reading)
        self._steps.take(len(characters) * (len(self._matchers) + len(step.reading)))
        for character, is_new in characters:
            shown = _ENCODED_COLON if character == ":" else (character,)
            moved = advance(self._matchers, state, shown)
            if moved is None:
                continue
            read = advance(step.reading, reading, (character,)) if step.reading else ()
            if read is not None:
                yield Move(character, is_new, moved, read)

    def _characters(self, step: Step, state: States, reading: States) -> list[tuple[str, bool]]:
        """List the characters that make a difference; in branch and tag names letter case does."""
        named: dict[str, bool] = {}
        matchers = (*self._matchers, *step.reading)
        for matcher, position in zip(matchers, (*state, *reading), strict=True):
            if matcher.wanted:
                self._steps.take(matcher.patterns.alphabet)
                for character, is_variant in matcher.patterns.named(position):
                    named[character] = is_variant and named.get(character, True)
        encodes = step.field in ENCODED_FIELDS
        if encodes and "%" in named:
            named.setdefault(":", False)
        counts_case = step.field in _CASE_COUNTS
        found = [(OTHER, True)]
        for character, is_variant in named.items():
            if step.charset.has(character) and (encodes or character != ":"):
                found.append((character, is_variant and counts_case))
        return found


def advance(
    matchers: Sequence[Matcher], states: States, characters: Sequence[str]
) -> States | None:
    """Let every automaton read; None when one that is wanted dies."""
    following: list[int] = []
    for matcher, state in zip(matchers, states, strict=True):
        moved = matcher.patterns.run(state, characters)
        if not moved and matcher.wanted:
            return None
        following.append(moved)
    return tuple(following)


def accept(matchers: Sequence[Matcher], states: Sequence[int]) -> bool:
    """Tell whether a text may end in these states."""
    return all(
        bool(state & matcher.patterns.final) == matcher.wanted
        for matcher, state in zip(matchers, states, strict=True)
    )
