"""Find a subject, or the value of a claim, that the conditions of a policy let through.

The pieces of claims.py make a graph of all the texts that GitHub can mint. The search walks it
together with the automata of every condition on the subject and on the claims in it, and gives the
first text that all of them accept. It visits each state once, so that "none found" means that there
is none; how many steps it may take is bounded.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from keyless.trust.automata import ClaimAutomata, States, Step, Steps, SubjectAutomaton, advance
from keyless.trust.claims import (
    IDENTITY_FIELDS,
    IMMUTABLE_FORM,
    NAME_FORM,
    REPEATABLE_KEY,
    TEMPLATE_KEYS,
    TEMPLATE_PIECES,
    Piece,
    ReadPiece,
    is_mintable,
)

REQUIRE_OTHER: Final = "other"
REQUIRE_ONLY_OTHER: Final = "only other"

_CONTEXT_READ: Final = 1
_KEY_MARKS: Final = {key: 2 << n for n, key in enumerate(sorted(TEMPLATE_KEYS))}
_KEY_MARKS[REPEATABLE_KEY] = 0
_FIELD_MARKS: Final = {
    field: 2 << n for n, field in enumerate(sorted(IDENTITY_FIELDS), start=len(TEMPLATE_KEYS))
}


class Question(NamedTuple):
    """Ask for one text.

    `requirements` say of fields that they hold, or consist of, characters that no value names.
    Pieces whose ids are in `behind_context` count only behind the context itself. `read` is the
    beginning of the text, which is settled already and consists of the pieces `before`.
    """

    subject: SubjectAutomaton
    claims: ClaimAutomata
    requirements: Mapping[str, str]
    steps: Steps
    behind_context: frozenset[int] = frozenset()
    read: str = ""
    before: tuple[ReadPiece, ...] = ()


def find(
    question: Question, first: Sequence[Piece], following: Sequence[Piece] = ()
) -> tuple[ReadPiece, ...] | None:
    """Find a text that begins with one of `first` and goes on with any of `following`.

    The quick walk may use a claim key twice, or give one claim two values. Where it does, the next
    walk leaves pieces out whose key or fields have been used. Raises ExhaustedError, or
    TooLargeError from the patterns.
    """
    found = _Walk(question, following, {}).run(first)
    if found is None or not following or is_mintable(found):
        return found
    return _Walk(question, following, _MARKS).run(first)


def _mark(piece: Piece) -> int:
    marks = _KEY_MARKS[piece.key]
    for segment in piece.segments:
        marks |= _FIELD_MARKS.get(segment.field, 0)
    return marks


_MARKS: Final = {
    id(piece): _mark(piece)
    for piece in (
        *(NAME_FORM, IMMUTABLE_FORM),
        *(piece for pieces in TEMPLATE_PIECES.values() for piece in pieces),
    )
}


class _Way(NamedTuple):
    """Link what was chosen, last one first: a piece begun, or a character of one of its fields."""

    before: "_Way | None"
    field: str
    chosen: Piece | str


class _Place(NamedTuple):
    """Hold a place in the graph.

    `at` is one of the `steps` of a piece; `begun` tells that it has read something, `satisfied`
    that its field holds a new character.
    """

    steps: tuple[Step, ...]
    at: int
    subject: States
    claims: States
    begun: bool
    satisfied: bool
    flags: int
    way: _Way


class _Walk:
    """Walk the graph for one question: texts of fewer pieces first, depth first within these.

    `marks` gives the flags that a piece sets; a piece that would set one of them again is left out.
    """

    __slots__ = ("_begun", "_following", "_later", "_marks", "_question", "_stack")

    def __init__(
        self, question: Question, following: Sequence[Piece], marks: Mapping[int, int]
    ) -> None:
        self._question = question
        self._following = following
        self._marks = marks
        self._stack: list[_Place] = []
        self._later: list[_Place] = []
        self._begun: set[tuple[States, int]] = set()

    def run(self, first: Iterable[Piece]) -> tuple[ReadPiece, ...] | None:
        """Walk until a text is complete or everything has been visited."""
        question = self._question
        moved = question.subject.read(question.subject.start, question.read)
        if moved is None:
            return None
        flags = 0
        for piece, _ in question.before:
            flags |= self._marks.get(id(piece), 0)
        self._begin(first, moved, flags, None)
        way = self._walk()
        return None if way is None else (*question.before, *_collect(way))

    def _begin(
        self, pieces: Iterable[Piece], subject: States, flags: int, way: _Way | None
    ) -> None:
        """Place every piece that can be read here, so that the first of them is tried first."""
        if (subject, flags) in self._begun:
            return
        self._begun.add((subject, flags))
        question = self._question
        places: list[_Place] = []
        for piece in pieces:
            mark = self._marks.get(id(piece), 0)
            if flags & mark:
                continue
            mark |= _CONTEXT_READ if piece.key == "context" else 0
            if id(piece) in question.behind_context and not flags & _CONTEXT_READ:
                continue
            if question.subject.read(subject, piece.head) is not None:
                steps, starts = question.claims.bind(piece)
                begun = _Way(way, "", piece)
                places.append(_Place(steps, 0, subject, starts, False, False, flags | mark, begun))
        self._later.extend(reversed(places))

    def _walk(self) -> _Way | None:
        visited: set[tuple[object, ...]] = set()
        while self._stack or self._later:
            if not self._stack:
                self._stack, self._later = self._later, self._stack
            place = self._stack.pop()
            seen = (id(place[0]), *place[1:7])
            if seen in visited:
                continue
            visited.add(seen)
            self._question.steps.take()
            step = place.steps[place.at]
            left = self._pass_text(step, place) if step.text else self._pass_field(step, place)
            if left is not None and self._leave(step, left):
                return left.way
        return None

    def _pass_text(self, step: Step, place: _Place) -> _Place | None:
        moved = self._question.subject.read(place.subject, step.text)
        if moved is None:
            return None
        claims = place.claims
        if step.reading:
            read = advance(step.reading, tuple(claims[i] for i in step.reads), step.text)
            if read is None:
                return None
            claims = step.after(claims, read)
        return place._replace(subject=moved, claims=claims)

    def _pass_field(self, step: Step, place: _Place) -> _Place | None:
        """Read one more character of a field, in every way; give the place if it may end here."""
        steps, at, subject, claims, begun, satisfied, flags, way = place
        required = self._question.requirements.get(step.field)
        only_new = required == REQUIRE_ONLY_OTHER
        moves = self._question.subject.moves(step, subject, claims, only_new=only_new)
        self._question.steps.take(len(moves))
        for character, is_new, moved, read in moves:
            on = _Way(way, step.field, character)
            after = step.after(claims, read) if read else claims
            self._stack.append(
                _Place(steps, at, moved, after, True, satisfied or is_new, flags, on)
            )
        return place if begun and (satisfied or required != REQUIRE_OTHER) else None

    def _leave(self, step: Step, place: _Place) -> bool:
        """Leave a step; tell whether the text may end here, else stack what may follow."""
        claims = step.close(place.claims)
        if claims is None:
            return False
        if place.at + 1 < len(place.steps):
            self._stack.append(
                place._replace(at=place.at + 1, claims=claims, begun=False, satisfied=False)
            )
            return False
        if self._question.subject.accepts(place.subject):
            return True
        if self._following:
            joint = self._question.subject.read(place.subject, ":")
            if joint is not None:
                self._begin(self._following, joint, place.flags, place.way)
        return False


def _collect(way: _Way | None) -> tuple[ReadPiece, ...]:
    chosen: list[tuple[str, Piece | str]] = []
    while way is not None:
        way, field, choice = way
        chosen.append((field, choice))
    pieces: list[tuple[Piece, list[tuple[str, list[str]]]]] = []
    for field, choice in reversed(chosen):
        if not isinstance(choice, str):
            pieces.append((choice, []))
            continue
        fields = pieces[-1][1]
        if not fields or fields[-1][0] != field:
            fields.append((field, []))
        fields[-1][1].append(choice)
    return tuple((piece, tuple((n, tuple(c)) for n, c in fields)) for piece, fields in pieces)
