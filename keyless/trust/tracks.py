"""Bind the conditions of a policy to the texts that GitHub can mint.

`Subject` holds the automata of the whole subject, `Tracks` those of single claims, and `Step` a
part of a piece together with the automata that have to read it. They remember where a character
leads, for the same question comes back for every kind of tenant and every mode.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Final, NamedTuple

from keyless.trust.claims import CHARSETS, ENCODED_FIELDS, Charset, Piece, Segment
from keyless.trust.pattern import OTHER, PatternSet

States = tuple[int, ...]
"""Where several matchers stand."""

_CASE_COUNTS: Final = frozenset({"branch", "tag"})
_ENCODED_COLON: Final = ("%", "3", "A")
_LIGHT: Final = 64
_FEW_MATCHERS: Final = 4
_NUMBERS: Final = count()


class ExhaustedError(Exception):
    """Tell that a question needs more steps than one document may cost."""


class Budget:
    """Count the states that the search may still visit for one document."""

    __slots__ = ("left",)

    def __init__(self, states: int) -> None:
        self.left = states

    def spend(self, states: int = 1) -> None:
        """Take states away. Raises ExhaustedError when there are none left."""
        self.left -= states
        if self.left < 0:
            raise ExhaustedError


class Matcher(NamedTuple):
    """Ask that a text be in a union of patterns, or that it be in none of them."""

    patterns: PatternSet
    wanted: bool


class Step(NamedTuple):
    """Bind a segment to the matchers of the claims that it belongs to.

    The states of open claims lie on a stack: `opens` are pushed on entry, those from `reads` on
    read each character, those from `keeps` on must accept at the end and are dropped. Steps with
    the same `number` read in the same way; `weight` is what reading costs, in states of the budget.
    """

    number: int
    text: str
    field: str
    charset: Charset
    opens: States
    reads: int
    reading: tuple[Matcher, ...]
    keeps: int
    closing: tuple[Matcher, ...]
    weight: int


class Move(NamedTuple):
    """Tell where one character of a field leads; `is_new` when no value of the policy names it."""

    character: str
    is_new: bool
    subject: States
    tracks: States


_UNTRACKED: Final = {field: next(_NUMBERS) for field in ("", *CHARSETS)}


class Tracks:
    """Hold the matchers of claims by name, and the pieces of subjects bound to them."""

    def __init__(self, matchers: Mapping[str, tuple[Matcher, ...]]) -> None:
        self._matchers = matchers
        self._bound: dict[int, tuple[Step, ...]] = {}

    def steps(self, piece: Piece) -> tuple[Step, ...]:
        """Bind the segments of a piece, once."""
        known = self._bound.get(id(piece))
        if known is None:
            known = self._bound[id(piece)] = tuple(self._bind(piece.segments))
        return known

    def limits(self, claim: str) -> bool:
        """Tell whether anything is asked of a claim."""
        return bool(self._matchers.get(claim))

    def _bind(self, segments: Sequence[Segment]) -> Iterator[Step]:
        last = {track: n for n, segment in enumerate(segments) for track in segment.tracks}
        live: list[tuple[str, Matcher]] = []
        opened: set[str] = set()
        for n, segment in enumerate(segments):
            reads = sum(claim not in segment.tracks for claim, _ in live)
            fresh = [
                (claim, matcher)
                for claim in segment.tracks
                if claim not in opened
                for matcher in self._matchers.get(claim, ())
            ]
            for _, matcher in fresh:
                matcher.patterns.compile()
            opened.update(segment.tracks)
            live += fresh
            keeps = sum(last[claim] > n for claim, _ in live)
            matchers = tuple(matcher for _, matcher in live)
            yield Step(
                next(_NUMBERS) if matchers[reads:] else _UNTRACKED[segment.field],
                segment.text,
                segment.field,
                CHARSETS.get(segment.field, _ANY_CHARACTER),
                tuple(matcher.patterns.start for _, matcher in fresh),
                reads,
                matchers[reads:],
                keeps,
                matchers[keeps:],
                _weight(matchers[reads:]),
            )
            live = live[:keeps]


_ANY_CHARACTER: Final = Charset(None)


def _weight(matchers: Sequence[Matcher]) -> int:
    size = sum(matcher.patterns.size for matcher in matchers)
    return len(matchers) // _FEW_MATCHERS + size // _LIGHT


class Subject:
    """Hold the matchers of a whole text, and remember where characters lead.

    `weight` is what a step with these matchers costs, in states of the budget.
    """

    def __init__(self, matchers: tuple[Matcher, ...]) -> None:
        for matcher in matchers:
            matcher.patterns.compile()
        self.matchers = matchers
        self.start = tuple(matcher.patterns.start for matcher in matchers)
        self.weight = 1 + _weight(matchers)
        self._texts: dict[tuple[States, str], States | None] = {}
        self._moves: dict[tuple[int, States, States, bool], tuple[Move, ...]] = {}

    def read(self, state: States, text: str) -> States | None:
        """Read a fixed text; None when it leads nowhere."""
        key = (state, text)
        if key not in self._texts:
            self._texts[key] = advance(self.matchers, state, text)
        return self._texts[key]

    def read_new_key(self, state: States) -> States | None:
        """Read the rest of a key that no value names, up to its colon."""
        return advance(self.matchers, state, (OTHER, ":"))

    def accepts(self, state: States) -> bool:
        """Tell whether the text may end here."""
        return accept(self.matchers, state)

    def moves(
        self, step: Step, state: States, tracks: States, *, only_new: bool
    ) -> tuple[Move, ...]:
        """List the ways to read one more character of a field; the last is the one to try first."""
        key = (step.number, state, tracks[step.reads :], only_new)
        known = self._moves.get(key)
        if known is None:
            known = self._moves[key] = tuple(self._list_moves(step, state, tracks, only_new))
        return known

    def _list_moves(
        self, step: Step, state: States, tracks: States, only_new: bool
    ) -> Iterator[Move]:
        reading = tracks[step.reads :]
        for character, is_new in self._characters(step, state, reading, only_new):
            shown = _ENCODED_COLON if character == ":" else (character,)
            moved = advance(self.matchers, state, shown)
            if moved is None:
                continue
            held = advance(step.reading, reading, (character,)) if step.reading else ()
            if held is not None:
                yield Move(character, is_new, moved, held)

    def _characters(
        self, step: Step, state: States, reading: States, only_new: bool
    ) -> list[tuple[str, bool]]:
        """List the characters that make a difference; in branch and tag names letter case does."""
        found = [(OTHER, True)]
        if only_new:
            return found
        named: dict[str, bool] = {}
        matchers = (*self.matchers, *step.reading)
        for matcher, position in zip(matchers, (*state, *reading), strict=True):
            if matcher.wanted:
                for character, is_variant in matcher.patterns.named(position):
                    named[character] = is_variant and named.get(character, True)
        encodes = step.field in ENCODED_FIELDS
        if encodes and "%" in named:
            named.setdefault(":", False)
        counts_case = step.field in _CASE_COUNTS
        for character, is_variant in named.items():
            if step.charset.has(character) and (encodes or character != ":"):
                found.append((character, is_variant and counts_case))
        return found


def advance(
    matchers: Sequence[Matcher], states: States, characters: Sequence[str]
) -> States | None:
    """Let every matcher read; None when one that is wanted dies."""
    if len(matchers) == 1:
        only = matchers[0]
        moved = only.patterns.run(states[0], characters)
        return (moved,) if moved or not only.wanted else None
    following: list[int] = []
    for matcher, state in zip(matchers, states, strict=True):
        moved = matcher.patterns.run(state, characters)
        if not moved and matcher.wanted:
            return None
        following.append(moved)
    return tuple(following)


def accept(matchers: Sequence[Matcher], states: Sequence[int]) -> bool:
    """Tell whether a text may end where the matchers stand."""
    return all(
        bool(state & matcher.patterns.final) == matcher.wanted
        for matcher, state in zip(matchers, states, strict=True)
    )
