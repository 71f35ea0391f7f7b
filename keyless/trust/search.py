"""Find a subject, or the value of a claim, that the conditions of a policy let through.

The pieces of claims.py make a graph of all the texts that GitHub can mint. The search walks it
together with the automata of every condition on the subject and on the claims in it, and gives the
first text that all of them accept. It visits each state once, so that "none found" means that there
is none; how many steps it may take is bounded. What a piece leads to is found once for a document.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from keyless.trust.claims import (
    CHARSETS,
    ENCODED_FIELDS,
    JOINT,
    NUMBER_FIELDS,
    SUB,
    Piece,
    ReadPiece,
    Segment,
    is_mintable,
)
from keyless.trust.pattern import OTHER, Automaton

REQUIRE_OTHER: Final = "other"
REQUIRE_ONLY_OTHER: Final = "only other"

_CASE_COUNTS: Final = frozenset({"branch", "tag"})
_CONTEXT: Final = frozenset({"context"})

States = tuple[int, ...]
"""The states of several automata."""

Compared = tuple[str, Automaton, bool]
"""A claim, the automaton of its values, and whether one of these is wanted."""

_Way = tuple[States, tuple[tuple[str, str], ...]]
"""Where something leads, and the fields that are read until there, with their texts."""

END: Final[States] = (-1,)  # stands for the states behind a whole text
_Key = tuple[object, ...]


class ExhaustedError(Exception):
    """Tell that a document takes more steps than it may cost."""


class Steps:
    """Count the steps that are left for one document: one is a character read by one automaton.

    What was found with them is kept by the automata, of which there is one for the same atoms.
    """

    def __init__(self, steps: int) -> None:
        self.left = steps
        self._known: dict[tuple[Compared, ...], Automata] = {}

    def take(self, steps: int) -> None:
        """Take steps away. Raises ExhaustedError when there are none left."""
        self.left -= steps
        if self.left < 0:
            raise ExhaustedError

    def automata(self, compared: Iterable[Compared]) -> "Automata":
        """Give the automata that are compared with a token."""
        known = tuple(compared)
        if known not in self._known:
            self._known[known] = Automata(known, self)
        return self._known[known]


class Automata:
    """Hold the automata of some atoms, and remember where texts and pieces lead."""

    def __init__(self, compared: tuple[Compared, ...], steps: Steps) -> None:
        self._all = compared
        self.steps = steps
        self.start = tuple(automaton.start for _, automaton, _ in compared)
        self._parts: dict[Sequence[str], tuple[Sequence[int], Automata]] = {}
        self._ways: dict[_Key, list[_Way]] = {}
        self._moves: dict[_Key, list[tuple[str, bool, States]]] = {}

    def ways(self, states: States, piece: Piece, requirements: Mapping[str, str]) -> Iterable[_Way]:
        """List where a piece leads: to states in which the subject goes on, or at last to END."""
        key = (states, id(piece), *map(requirements.get, piece.fields))
        if key in self._ways:
            return self._ways[key]
        return self._keep(key, self._read_piece(states, piece, requirements))

    def _keep(self, key: _Key, found: Iterable[_Way]) -> Iterator[_Way]:
        """Yield what is found, and keep it when that is all."""
        ways: list[_Way] = []
        for way in found:
            ways.append(way)
            yield way
        self._ways[key] = ways

    def _read_piece(self, states: States, piece: Piece, how: Mapping[str, str]) -> Iterator[_Way]:
        read: Iterable[_Way] = [(states, ())]
        for segment, ends in zip(piece.segments, piece.ends, strict=True):
            read = self._read_on(read, segment, ends, how.get(segment.field))
        for after, fields in read:
            if SUB not in piece.segments[-1].claims or self._end(after, (SUB,)) is not None:
                yield END, fields
                return
            for joint, _ in self._read(after, JOINT, None):
                yield joint, fields

    def _read_on(
        self, read: Iterable[_Way], segment: Segment, ends: Sequence[str], how: str | None
    ) -> Iterator[_Way]:
        """Read one more segment, once in each of the states that it leads to."""
        begun: set[States] = set()
        for states, fields in read:
            for after, text in self._read(states, segment, how):
                ended = self._end(after, ends) if ends else after
                if ended is not None and ended not in begun:
                    begun.add(ended)
                    yield ended, fields + text

    def _part(self, claims: Sequence[str]) -> tuple[Sequence[int], "Automata"]:
        """Give the automata of some claims, and their places among these."""
        if claims not in self._parts:
            at = [n for n, (claim, _, _) in enumerate(self._all) if claim in claims]
            self._parts[claims] = at, self.steps.automata(self._all[n] for n in at)
        return self._parts[claims]

    def _read(self, states: States, segment: Segment, how: str | None) -> Iterable[_Way]:
        """List where a segment leads, found by the automata of its claims alone."""
        key = (states, segment, how)
        if key in self._ways:
            return self._ways[key]
        at, part = self._part(segment.claims)
        if part is self:
            return self._keep(key, self._read_segment(states, segment, how))
        own = part._read(tuple([states[n] for n in at]), segment, how)
        return self._keep(key, ((_put(states, at, after), text) for after, text in own))

    def _read_segment(self, states: States, segment: Segment, how: str | None) -> Iterator[_Way]:
        """Read a fixed text, or the texts of a field: longer ones of the same beginning later."""
        if segment.text:
            after = self._advance(states, segment.text, segment.text)
            if after is not None:
                yield after, ()
            return
        visited: set[tuple[States, bool | None]] = set()
        stack: list[tuple[States, bool | None, str]] = [(states, None, "")]
        while stack:
            at, has_other, text = stack.pop()
            if (at, has_other) in visited:
                continue
            visited.add((at, has_other))
            moves = self._moves_of(at, segment, only_other=how == REQUIRE_ONLY_OTHER)
            self.steps.take(1 + len(moves))
            if has_other or (has_other is False and how is None):
                yield at, ((segment.field, text),)
            for character, is_other, after in moves:
                if text or character != "0" or segment.field not in NUMBER_FIELDS:
                    stack.append((after, bool(has_other) or is_other, text + character))

    def _end(self, states: States, claims: Sequence[str]) -> States | None:
        """Start anew with claims that end here; None when one of them is refused."""
        if not claims:
            return states
        after = list(states)
        for n, (claim, automaton, wanted) in enumerate(self._all):
            if claim in claims:
                if bool(states[n] & automaton.final) is not wanted:
                    return None
                after[n] = automaton.start
        return tuple(after)

    def _moves_of(
        self, states: States, segment: Segment, *, only_other: bool
    ) -> list[tuple[str, bool, States]]:
        """List the ways to read one more character of a field, the one to try first at the end.

        Each comes with whether it is a character that no value of the policy names.
        """
        key = (states, segment, only_other)
        if key not in self._moves:
            found: list[tuple[str, bool, States]] = []
            for character, is_other in self._characters(states, segment).items():
                if is_other or not only_other:
                    shown = "%3A" if character == ":" else character
                    moved = self._advance(states, character, shown)
                    if moved is not None:
                        found.append((character, is_other, moved))
            self._moves[key] = found
        return self._moves[key]

    def _advance(self, states: States, text: str, shown: str) -> States | None:
        """Let all automata read a text, which the subject shows in its own way."""
        after: list[int] = []
        for state, (claim, automaton, wanted) in zip(states, self._all, strict=True):
            self.steps.take(len(text))
            after.append(automaton.run(state, shown if claim == SUB else text))
            if wanted and not after[-1]:
                return None
        return tuple(after)

    def _characters(self, states: States, segment: Segment) -> dict[str, bool]:
        """List the characters that make a difference; in branch and tag names letter case does."""
        named: dict[str, bool] = {}
        for state, (_, automaton, wanted) in zip(states, self._all, strict=True):
            if wanted:
                for character, is_variant in automaton.named(state):
                    named[character] = is_variant and named.get(character, True)
        if segment.field in ENCODED_FIELDS and "%" in named:
            named.setdefault(":", False)
        self.steps.take(len(named))
        charset, counts_case = CHARSETS[segment.field], segment.field in _CASE_COUNTS
        found = {OTHER: True}
        for character, is_variant in named.items():
            if charset.has(character):
                found[character] = is_variant and counts_case
        return found


def _put(states: States, at: Sequence[int], part: States) -> States:
    """Put the states of some automata among those of all."""
    after = dict(enumerate(states)) | dict(zip(at, part, strict=True))
    return tuple(after.values())


@dataclass(frozen=True)
class Question:
    """Ask for one text that begins with one of `first` and goes on with any of `following`.

    `requirements` say of fields that they contain, or consist of, characters that no value names.
    Pieces whose ids are in `behind_context` count only behind the context itself.
    """

    automata: Automata
    requirements: Mapping[str, str]
    first: Sequence[Piece]
    following: Sequence[Piece] = ()
    behind_context: frozenset[int] = frozenset()

    def find(self) -> tuple[ReadPiece, ...] | None:
        """Find a text.

        The quick walk may use a claim key twice, or give one claim two values. Where it does, the
        next walk leaves pieces out that show what was shown before. Raises ExhaustedError.
        """
        found = self._walk(once=False)
        if found is None or is_mintable(found):
            return found
        return self._walk(once=True)

    def _walk(self, *, once: bool) -> tuple[ReadPiece, ...] | None:
        """Walk the graph until a text is complete or everything has been visited.

        Texts of fewer pieces come first. With `once` no piece shows what another one does.
        """
        start = (self.automata.start, frozenset[str]())
        begun, places = {start}, [(*start, tuple[ReadPiece, ...]())]
        pieces = self.first
        while places:
            later: list[tuple[States, frozenset[str], tuple[ReadPiece, ...]]] = []
            for states, shown, before in reversed(places):
                self.automata.steps.take(1)
                for piece in pieces:
                    if once and not shown.isdisjoint(piece.shows):
                        continue
                    if id(piece) in self.behind_context and "context" not in shown:
                        continue
                    after = shown | (piece.shows if once else piece.shows & _CONTEXT)
                    for joint, fields in self.automata.ways(states, piece, self.requirements):
                        if joint is END:
                            return (*before, (piece, fields))
                        if (joint, after) not in begun:
                            begun.add((joint, after))
                            later.append((joint, after, (*before, (piece, fields))))
            places, pieces = later, self.following
        return None
