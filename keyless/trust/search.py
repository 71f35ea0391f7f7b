"""Find a subject, or the value of a claim, that the conditions of a policy let through.

The pieces of claims.py make a graph of all the texts that GitHub can mint. The search walks it
together with the automata of every condition on the subject and on the claims in it, and gives the
first text that all of them accept. It visits each state once, so that "none found" means that there
is none; how many states it may visit is bounded.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from keyless.trust.claims import (
    FREE_TEXT_KEYS,
    IDENTITY_FIELDS,
    IMMUTABLE_FORM,
    NAME_FORM,
    REPEATABLE_KEY,
    TEMPLATE_KEYS,
    TEMPLATE_PIECES,
    Piece,
    is_mintable,
)
from keyless.trust.tracks import Budget, States, Step, Subject, Tracks, accept, advance

REQUIRE_OTHER: Final = "other"
REQUIRE_ONLY_OTHER: Final = "only other"

_CONTEXT_READ: Final = 1
_KEY_MARKS: Final = {key: 2 << n for n, key in enumerate(sorted(TEMPLATE_KEYS))}
_KEY_MARKS[REPEATABLE_KEY] = 0
_FIELD_MARKS: Final = {
    field: 2 << n for n, field in enumerate(sorted(IDENTITY_FIELDS), start=len(TEMPLATE_KEYS))
}
_OWN_MEANING: Final = frozenset({"repo", "context", "ref", REPEATABLE_KEY})
_FEW_PIECES: Final = 4
_MANY_MOVES: Final = 4
_MANY_STATES: Final = 16
"""Moves, or positions reached at once, that are worth one more state."""
_BEGINNING: Final = 8
"""States that looking at all pieces is worth."""

Begun = tuple[Piece, tuple[tuple[str, tuple[str, ...]], ...]]
"""A piece of a text and the characters of its fields, in order."""


class Found(NamedTuple):
    """Hold the pieces of a text."""

    pieces: tuple[Begun, ...]


class Question(NamedTuple):
    """Ask for one text.

    `subject` are the matchers of the whole text, `tracks` those of the claims in it;
    `requirements` say of fields that they hold, or consist of, characters that no value names.
    Pieces whose ids are in `behind_context` count only behind the context itself. `read` is the
    beginning of the text, which is settled already and consists of the pieces `before`.
    """

    subject: Subject
    tracks: Tracks
    requirements: Mapping[str, str]
    budget: Budget
    behind_context: frozenset[int] = frozenset()
    read: str = ""
    before: tuple[Begun, ...] = ()


def may_be(question: Question, pieces: Sequence[Piece]) -> bool:
    """Tell whether any row of pieces fits, even one that contradicts itself."""
    return _Walk(question, pieces, _NO_MARKS).run(pieces) is not None


def find(
    question: Question, first: Iterable[Piece], following: Sequence[Piece] = ()
) -> Found | None:
    """Find a text that begins with one of `first` and goes on with any of `following`.

    The quick walk may use a claim key twice, or give one claim two values. Where it does, the next
    walks leave pieces out that have been used, first those with the same fields too. A text that
    still contradicts itself is given all the same: nobody can mint it, but another like it may
    exist. Raises ExhaustedError, or TooLargeError from the patterns.
    """
    first = list(first)
    found = _Walk(question, following, _NO_MARKS).run(first)
    if found is None or not following or is_mintable(found.pieces):
        return found
    strict = _Walk(question, following, _ALL_MARKED).run(first)
    return strict or _Walk(question, following, _KEYS_MARKED).run(first)


def _mark(piece: Piece, *, keys: bool, fields: bool) -> int:
    marks = _CONTEXT_READ if piece.key == "context" else 0
    if keys:
        marks |= _KEY_MARKS[piece.key]
    if fields:
        for segment in piece.segments:
            marks |= _FIELD_MARKS.get(segment.field, 0)
    return marks


_PIECES: Final = (
    *(NAME_FORM, IMMUTABLE_FORM),
    *(piece for pieces in TEMPLATE_PIECES.values() for piece in pieces),
)
_NO_MARKS: Final = {id(piece): _mark(piece, keys=False, fields=False) for piece in _PIECES}
_KEYS_MARKED: Final = {id(piece): _mark(piece, keys=True, fields=False) for piece in _PIECES}
_ALL_MARKED: Final = {id(piece): _mark(piece, keys=True, fields=True) for piece in _PIECES}


class _Way(NamedTuple):
    """Link what was chosen, last one first: a piece begun, or a character of one of its fields."""

    before: "_Way | None"
    field: str
    chosen: Piece | str


_Place = tuple[tuple[Step, ...], int, States, States, bool, bool, int, _Way]
"""A place in the graph: the steps of a piece and which of them, the states of subject and claims,
whether the step has been begun, whether its field holds a new character, flags, the way there."""


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

    def run(self, first: Iterable[Piece]) -> Found | None:
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
        return None if way is None else Found((*question.before, *_collect(way)))

    def _begin(
        self, pieces: Iterable[Piece], subject: States, flags: int, way: _Way | None
    ) -> None:
        """Stand behind the head of every piece that can be read, to try the first of them first."""
        if (subject, flags) in self._begun:
            return
        self._begun.add((subject, flags))
        question = self._question
        question.budget.spend(_BEGINNING * question.subject.weight)
        heads: list[tuple[Piece, States]] = []
        for piece in pieces:
            if flags & self._marks.get(id(piece), 0) & ~_CONTEXT_READ:
                continue
            if id(piece) in question.behind_context and not flags & _CONTEXT_READ:
                continue
            moved = question.subject.read(subject, piece.head)
            if moved is not None:
                heads.append((piece, moved))
        for piece, moved in reversed(self._worthwhile(heads)):
            steps, marked = question.tracks.steps(piece), flags | self._marks.get(id(piece), 0)
            begun = _Way(way, "", piece)
            self._later.append((steps, 0, moved, (), bool(piece.head), False, marked, begun))

    def _worthwhile(self, heads: list[tuple[Piece, States]]) -> list[tuple[Piece, States]]:
        """Leave out pieces that can do nothing more than a piece of free text can.

        After its key, free text may read on as any other value would, and it fixes nothing.
        """
        if len(heads) < _FEW_PIECES:
            return heads
        dominant: dict[States | None, str] = {}
        for piece, moved in heads:
            if piece.key == REPEATABLE_KEY:
                dominant.setdefault(self._question.subject.read_new_key(moved), piece.key)
            elif piece.key in FREE_TEXT_KEYS and not self._question.tracks.limits(piece.key):
                dominant[moved] = piece.key
        return [
            (piece, moved)
            for piece, moved in heads
            if piece.key in _OWN_MEANING or dominant.get(moved, piece.key) == piece.key
        ]

    def _walk(self) -> _Way | None:
        question = self._question
        spend, weight = question.budget.spend, question.subject.weight
        visited: set[tuple[object, ...]] = set()
        while self._stack or self._later:
            if not self._stack:
                self._stack, self._later = self._later, self._stack
            place = self._stack.pop()
            seen = (id(place[0]), *place[1:7])
            if seen in visited:
                continue
            visited.add(seen)
            step = place[0][place[1]]
            spend(weight + step.weight)
            left = self._pass_text(step, place) if step.text else self._pass_field(step, place)
            if left is not None and self._leave(step, left):
                return left[7]
        return None

    def _pass_text(self, step: Step, place: _Place) -> _Place | None:
        """Read the text of a step, unless it is the head that has been read."""
        steps, at, subject, tracks, begun, _, flags, way = place
        if begun:
            return place
        moved = self._question.subject.read(subject, step.text)
        if moved is None:
            return None
        tracks += step.opens
        if step.reading:
            held = advance(step.reading, tracks[step.reads :], step.text)
            if held is None:
                return None
            tracks = tracks[: step.reads] + held
        return (steps, at, moved, tracks, True, False, flags, way)

    def _pass_field(self, step: Step, place: _Place) -> _Place | None:
        """Read one more character of a field, in every way; give the place if it may end here."""
        steps, at, subject, tracks, begun, satisfied, flags, way = place
        required = self._question.requirements.get(step.field)
        if not begun:
            tracks += step.opens
        moves = self._question.subject.moves(
            step, subject, tracks, only_new=required == REQUIRE_ONLY_OTHER
        )
        reached = sum(state.bit_count() for state in subject)
        self._question.budget.spend(len(moves) // _MANY_MOVES + reached // _MANY_STATES)
        held = tracks[: step.reads]
        for character, is_new, moved, read in moves:
            on = _Way(way, step.field, character)
            new = satisfied or is_new
            self._stack.append((steps, at, moved, held + read, True, new, flags, on))
        return place if begun and (satisfied or required != REQUIRE_OTHER) else None

    def _leave(self, step: Step, place: _Place) -> bool:
        """Leave a step; tell whether the text may end here, else stack what may follow."""
        steps, at, subject, tracks, _, _, flags, way = place
        if step.closing and not accept(step.closing, tracks[step.keeps :]):
            return False
        if at + 1 < len(steps):
            kept = tracks[: step.keeps]
            self._stack.append((steps, at + 1, subject, kept, False, False, flags, way))
            return False
        if self._question.subject.accepts(subject):
            return True
        if self._following:
            joint = self._question.subject.read(subject, ":")
            if joint is not None:
                self._begin(self._following, joint, flags, way)
        return False


def _collect(way: _Way | None) -> tuple[Begun, ...]:
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
