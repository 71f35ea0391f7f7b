"""Find a subject, or the value of a claim, that the conditions of a policy let through.

The pieces of claims.py make a graph of all the texts that GitHub can mint. The search walks it
together with the automata of every condition on the subject and on the claims in it, and gives the
first text that all of them accept. It visits each state once, so that "none found" means that there
is none; how many steps it may take is bounded.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

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
from keyless.trust.demands import Atom
from keyless.trust.pattern import OTHER

REQUIRE_OTHER: Final = "other"
REQUIRE_ONLY_OTHER: Final = "only other"

_CASE_COUNTS: Final = frozenset({"branch", "tag"})
_CONTEXT: Final = frozenset({"context"})

States = tuple[int, ...]
"""The states of several automata."""


class ExhaustedError(Exception):
    """Tell that a document takes more steps than it may cost."""


class Steps:
    """Count the steps that are left for one document: one is a character read by one automaton."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def take(self, steps: int) -> None:
        """Take steps away. Raises ExhaustedError when there are none left."""
        self.left -= steps
        if self.left < 0:
            raise ExhaustedError


class Automata:
    """Hold the automata of all atoms, and remember where texts and characters lead."""

    def __init__(self, atoms: Iterable[Atom], steps: Steps) -> None:
        self._all = [(atom.claim, atom.values.automaton, atom.wanted) for atom in atoms]
        self.steps = steps
        self.start = tuple(automaton.start for _, automaton, _ in self._all)
        self._texts: dict[tuple[object, ...], States | None] = {}
        self._moves: dict[tuple[object, ...], list[tuple[str, bool, States]]] = {}

    def read(self, states: States, segment: Segment) -> States | None:
        """Read the fixed text of a segment; None when it leads nowhere."""
        key = (states, segment)
        if key not in self._texts:
            self._texts[key] = self._advance(states, segment.claims, segment.text, segment.text)
        return self._texts[key]

    def end(self, states: States, claims: Sequence[str]) -> States | None:
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

    def moves(
        self, states: States, segment: Segment, *, only_other: bool
    ) -> list[tuple[str, bool, States]]:
        """List the ways to read one more character of a field, the one to try first at the end.

        Each comes with whether it is a character that no value of the policy names.
        """
        key = (states, segment, only_other)
        if key not in self._moves:
            found = self._moves[key] = []
            characters = self._characters(states, segment)
            for character, is_other in characters.items():
                if is_other or not only_other:
                    shown = "%3A" if character == ":" else character
                    moved = self._advance(states, segment.claims, character, shown)
                    if moved is not None:
                        found.append((character, is_other, moved))
        return self._moves[key]

    def _advance(
        self, states: States, claims: Sequence[str], text: str, shown: str
    ) -> States | None:
        """Let the automata of some claims read a text, which the subject shows in its own way."""
        after = list(states)
        for n, (claim, automaton, wanted) in enumerate(self._all):
            if claim in claims:
                self.steps.take(len(text))
                after[n] = automaton.run(states[n], shown if claim == SUB else text)
                if wanted and not after[n]:
                    return None
        return tuple(after)

    def _characters(self, states: States, segment: Segment) -> dict[str, bool]:
        """List the characters that make a difference; in branch and tag names letter case does."""
        named: dict[str, bool] = {}
        for state, (claim, automaton, wanted) in zip(states, self._all, strict=True):
            if wanted and claim in segment.claims:
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
        found = _Walk(self, once=False).run()
        if found is None or is_mintable(found):
            return found
        return _Walk(self, once=True).run()


class _Place(NamedTuple):
    """Hold a place in the graph: a segment of a piece, and what was read before.

    `has_other` is None where the segment has read nothing, else it tells whether one character is
    named by no value. `shown` is what later pieces are chosen by.
    """

    piece: Piece
    at: int
    states: States
    has_other: bool | None
    shown: frozenset[str]
    fields: tuple[tuple[str, str], ...]
    before: tuple[ReadPiece, ...]

    @property
    def segment(self) -> Segment:
        return self.piece.segments[self.at]


class _Walk:
    """Walk the graph for one question: texts of fewer pieces first, depth first within these.

    With `once` no piece shows what another one does.
    """

    def __init__(self, question: Question, *, once: bool) -> None:
        self._question = question
        self._automata = question.automata
        self._once = once
        self._stack: list[_Place] = []
        self._later: list[_Place] = []
        self._begun: set[tuple[States, frozenset[str]]] = set()

    def run(self) -> tuple[ReadPiece, ...] | None:
        """Walk until a text is complete or everything has been visited."""
        self._begin(self._question.first, self._automata.start, frozenset(), ())
        visited: set[tuple[object, ...]] = set()
        while self._stack or self._later:
            if not self._stack:
                self._stack, self._later = self._later, self._stack
            place = self._stack.pop()
            seen = (id(place[0]), *place[1:5])
            if seen in visited:
                continue
            visited.add(seen)
            self._automata.steps.take(1)
            read = self._read_text(place) if place.segment.text else self._read_field(place)
            if read is not None and self._leave(read):
                return (*read.before, (read.piece, read.fields))
        return None

    def _begin(
        self,
        pieces: Sequence[Piece],
        states: States,
        shown: frozenset[str],
        before: tuple[ReadPiece, ...],
    ) -> None:
        """Place every piece that can be read here, so that the first of them is tried first."""
        if (states, shown) in self._begun:
            return
        self._begun.add((states, shown))
        places: list[_Place] = []
        for piece in pieces:
            if self._once and not shown.isdisjoint(piece.shows):
                continue
            if id(piece) in self._question.behind_context and "context" not in shown:
                continue
            if self._automata.read(states, piece.segments[0]) is not None:
                after = shown | (piece.shows if self._once else piece.shows & _CONTEXT)
                places.append(_Place(piece, 0, states, None, after, (), before))
        self._later.extend(reversed(places))

    def _read_text(self, place: _Place) -> _Place | None:
        states = self._automata.read(place.states, place.segment)
        return None if states is None else place._replace(states=states)

    def _read_field(self, place: _Place) -> _Place | None:
        """Read one more character of a field, in every way; give the place if it may end here."""
        field = place.segment.field
        required = self._question.requirements.get(field)
        fields, text = place.fields, ""
        if place.has_other is not None:
            fields, text = place.fields[:-1], place.fields[-1][1]
        only_other = required == REQUIRE_ONLY_OTHER
        moves = self._automata.moves(place.states, place.segment, only_other=only_other)
        self._automata.steps.take(len(moves))
        for character, is_other, states in moves:
            if character == "0" and not text and field in NUMBER_FIELDS:
                continue
            has_other = bool(place.has_other) or is_other
            read = (*fields, (field, text + character))
            on = _Place(place.piece, place.at, states, has_other, place.shown, read, place.before)
            self._stack.append(on)
        if place.has_other is None or (required is not None and not place.has_other):
            return None
        return place

    def _leave(self, place: _Place) -> bool:
        """Leave a segment; tell whether the text may end here, else stack what may follow."""
        states = self._automata.end(place.states, place.piece.ends[place.at])
        if states is None:
            return False
        if place.at + 1 < len(place.piece.segments):
            self._stack.append(place._replace(at=place.at + 1, states=states, has_other=None))
            return False
        if SUB not in place.segment.claims or self._automata.end(states, (SUB,)) is not None:
            return True
        joint = self._automata.read(states, JOINT) if self._question.following else None
        if joint is not None:
            before = (*place.before, (place.piece, place.fields))
            self._begin(self._question.following, joint, place.shown, before)
        return False
