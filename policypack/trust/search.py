"""Find a subject, or the value of a claim, that the conditions of a policy let through.

The pieces of claims.py make a graph of all the texts that GitHub can mint. The search walks it
together with the automata of every condition on the subject and on the claims in it, depth first,
and gives the first text that all of them accept. It visits each state once, so that "none found"
means that there is none; how many states it may visit is bounded.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from policypack.trust.claims import (
    CHARSETS,
    ENCODED_FIELDS,
    FREE_TEXT_KEYS,
    IDENTITY_FIELDS,
    REPEATABLE_KEY,
    TEMPLATE_KEYS,
    Charset,
    Piece,
    Segment,
)
from policypack.trust.pattern import OTHER, PatternSet

REQUIRE_OTHER: Final = "other"
REQUIRE_ONLY_OTHER: Final = "only other"

_REF_ALLOWED: Final = 1
_CASE_COUNTS: Final = frozenset({"branch", "tag"})
_ONLY_OTHER: Final = [(OTHER, False)]
_ENCODED_COLON: Final = ("%", "3", "A")


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


Begun = tuple[Piece, tuple[tuple[str, tuple[str, ...]], ...]]
"""A piece of a text and the characters of its fields, in order."""


class Found(NamedTuple):
    """Hold the pieces of a text."""

    pieces: tuple[Begun, ...]


class _Step(NamedTuple):
    """Bind a segment to the matchers of the claims that it belongs to.

    The states of open claims lie on a stack: `opens` are pushed on entry, those from `reads` on
    read each character, those from `keeps` on must accept at the end and are dropped.
    """

    text: str
    field: str
    charset: Charset | None
    opens: tuple[int, ...]
    reads: int
    reading: tuple[Matcher, ...]
    keeps: int
    closing: tuple[Matcher, ...]


class Tracks:
    """Hold the matchers of claims by name, and the pieces of subjects bound to them."""

    def __init__(self, matchers: Mapping[str, tuple[Matcher, ...]]) -> None:
        self._matchers = matchers
        self._bound: dict[int, tuple[_Step, ...]] = {}

    def steps(self, piece: Piece) -> tuple[_Step, ...]:
        """Bind the segments of a piece, once."""
        known = self._bound.get(id(piece))
        if known is None:
            known = self._bound[id(piece)] = tuple(self._bind(piece.segments))
        return known

    def limit(self, claim: str) -> bool:
        """Tell whether anything is asked of a claim."""
        return bool(self._matchers.get(claim))

    def _bind(self, segments: Sequence[Segment]) -> Iterator[_Step]:
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
            yield _Step(
                segment.text,
                segment.field,
                CHARSETS[segment.field] if segment.field else None,
                tuple(matcher.patterns.start for _, matcher in fresh),
                reads,
                matchers[reads:],
                keeps,
                matchers[keeps:],
            )
            live = live[:keeps]


class Subject:
    """Hold the matchers of a whole text and, from every state, how far each piece's head leads."""

    def __init__(self, matchers: tuple[Matcher, ...]) -> None:
        for matcher in matchers:
            matcher.patterns.compile()
        self.matchers = matchers
        self.start = tuple(matcher.patterns.start for matcher in matchers)
        self._heads: dict[tuple[tuple[int, ...], str], tuple[int, ...] | None] = {}

    def head(self, state: tuple[int, ...], piece: Piece) -> tuple[int, ...] | None:
        """Read the fixed text that a piece begins with; None when it leads nowhere."""
        key = (state, piece.segments[0].text)
        if key not in self._heads:
            self._heads[key] = _advance(self.matchers, *key)
        return self._heads[key]


class Question(NamedTuple):
    """Ask for one text.

    `subject` are the matchers of the whole text, `tracks` those of the claims in it;
    `requirements` say of fields that they hold, or consist of, characters that no value names.
    With `names_context`, a ref that a text shows first is its context: the key `ref` counts only
    behind the context itself. `read` is the beginning of the text, which is settled already and
    consists of the pieces `before`.
    """

    subject: Subject
    tracks: Tracks
    requirements: Mapping[str, str]
    budget: Budget
    names_context: bool = False
    read: str = ""
    before: tuple[Begun, ...] = ()


class _Way(NamedTuple):
    """Link what was chosen, last one first: a piece begun, or a character of one of its fields."""

    before: "_Way | None"
    field: str
    chosen: Piece | str


class _State(NamedTuple):
    """Stand at the start of a step, or, with `inside`, behind its text or in its field."""

    steps: tuple[_Step, ...]
    at: int
    subject: tuple[int, ...]
    tracks: tuple[int, ...]
    inside: bool
    satisfied: bool
    flags: int
    way: _Way


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
    found = _Walk(question, following, _no_marks).run(first)
    if found is None or not following or _is_mintable(found):
        return found
    strict = _Walk(question, following, _strict_marks).run(first)
    return strict or _Walk(question, following, _key_marks).run(first)


def _is_mintable(found: Found) -> bool:
    """Tell whether no key comes twice and no field with two texts."""
    keys = [piece.key for piece, _ in found.pieces if piece.key != REPEATABLE_KEY]
    texts: dict[str, tuple[str, ...]] = {}
    for _, fields in found.pieces:
        for field, characters in fields:
            if field in IDENTITY_FIELDS and texts.setdefault(field, characters) != characters:
                return False
    return len(set(keys)) == len(keys)


def _no_marks(piece: Piece) -> int:
    return _REF_ALLOWED if piece.key == "context" else 0


def _key_marks(piece: Piece) -> int:
    return _KEY_MARKS[piece.key] | _no_marks(piece)


def _strict_marks(piece: Piece) -> int:
    marks = _key_marks(piece)
    for segment in piece.segments:
        marks |= _FIELD_MARKS.get(segment.field, 0)
    return marks


class _Walk:
    """Walk the graph for one question: texts of fewer pieces first, depth first within these.

    `marks` gives the flags that a piece sets; a piece that would set one of them again is left out.
    """

    __slots__ = ("_begun", "_following", "_later", "_marks", "_question", "_stack")

    def __init__(
        self, question: Question, following: Sequence[Piece], marks: Callable[[Piece], int]
    ) -> None:
        self._question = question
        self._following = following
        self._marks = marks
        self._stack: list[_State] = []
        self._later: list[_State] = []
        self._begun: set[tuple[tuple[int, ...], int]] = set()

    def run(self, first: Iterable[Piece]) -> Found | None:
        """Walk until a text is complete or everything has been visited."""
        question = self._question
        moved = _advance(question.subject.matchers, question.subject.start, question.read)
        if moved is None:
            return None
        flags = 0 if question.names_context else _REF_ALLOWED
        for piece, _ in question.before:
            flags |= self._marks(piece)
        self._begin(first, moved, flags, None)
        way = self._walk()
        return None if way is None else Found((*question.before, *_collect(way)))

    def _begin(
        self, pieces: Iterable[Piece], subject: tuple[int, ...], flags: int, way: _Way | None
    ) -> None:
        """Stand behind the head of every piece that can be read, to try the first of them first."""
        if (subject, flags) in self._begun:
            return
        self._begun.add((subject, flags))
        self._question.budget.spend(_BEGINNING)
        heads = [
            (piece, moved)
            for piece in pieces
            if not flags & self._marks(piece) & ~_REF_ALLOWED
            and (flags & _REF_ALLOWED or piece.key != "ref")
            and (moved := self._question.subject.head(subject, piece)) is not None
        ]
        for piece, moved in reversed(self._worthwhile(heads)):
            steps, marked = self._question.tracks.steps(piece), flags | self._marks(piece)
            has_head = bool(piece.segments[0].text and not piece.segments[0].tracks)
            self._later.append(
                _State(
                    steps,
                    0,
                    moved if has_head else subject,
                    (),
                    has_head,
                    False,
                    marked,
                    _Way(way, "", piece),
                )
            )

    def _worthwhile(
        self, heads: list[tuple[Piece, tuple[int, ...]]]
    ) -> list[tuple[Piece, tuple[int, ...]]]:
        """Leave out pieces that can do nothing more than a piece of free text can.

        After its key, free text may read on as any other value would, and it fixes nothing.
        """
        if len(heads) < _FEW_PIECES:
            return heads
        free = {
            piece.key: moved
            for piece, moved in heads
            if piece.key in FREE_TEXT_KEYS and not self._question.tracks.limit(piece.key)
        }
        dominant = {moved: key for key, moved in reversed(free.items())}
        return [
            (piece, moved)
            for piece, moved in heads
            if piece.key in _OWN_MEANING or dominant.get(moved, piece.key) == piece.key
        ]

    def _walk(self) -> _Way | None:
        spend = self._question.budget.spend
        visited: set[tuple[object, ...]] = set()
        while self._stack or self._later:
            if not self._stack:
                self._stack, self._later = self._later, self._stack
            state = self._stack.pop()
            steps, at, subject, tracks, inside, satisfied, flags, way = state
            seen = (id(steps), at, subject, tracks, inside, satisfied, flags)
            if seen in visited:
                continue
            visited.add(seen)
            spend()
            step = steps[at]
            if not inside:
                tracks += step.opens
            if step.text and not inside:
                moved = self._read(step, subject, tracks, step.text, step.text)
                if moved is None:
                    continue
                subject, tracks = moved
            elif not step.text:
                self._grow(state, step, tracks)
                if not inside or not (satisfied or self._is_free(step.field)):
                    continue
            if self._leave(state, step, subject, tracks):
                return way
        return None

    def _is_free(self, field: str) -> bool:
        return self._question.requirements.get(field) != REQUIRE_OTHER

    def _read(
        self,
        step: _Step,
        subject: tuple[int, ...],
        tracks: tuple[int, ...],
        shown: Sequence[str],
        raw: Sequence[str],
    ) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
        """Read characters as the subject shows them and as the claims hold them."""
        moved = _advance(self._question.subject.matchers, subject, shown)
        if moved is None or not step.reading:
            return None if moved is None else (moved, tracks)
        held = _advance(step.reading, tracks[step.reads :], raw)
        return None if held is None else (moved, tracks[: step.reads] + held)

    def _grow(self, state: _State, step: _Step, tracks: tuple[int, ...]) -> None:
        """Read one more character of a field in every way that makes a difference."""
        counts_case = step.field in _CASE_COUNTS
        for character, is_variant in self._characters(step, state.subject, tracks):
            shown = _ENCODED_COLON if character == ":" else (character,)
            moved = self._read(step, state.subject, tracks, shown, (character,))
            if moved is None:
                continue
            satisfied = state.satisfied or character == OTHER or (is_variant and counts_case)
            way = _Way(state.way, step.field, character)
            self._stack.append(
                _State(state.steps, state.at, *moved, True, satisfied, state.flags, way)
            )

    def _characters(
        self, step: _Step, subject: tuple[int, ...], tracks: tuple[int, ...]
    ) -> list[tuple[str, bool]]:
        """List what a field may read next; what is last in the list is tried first."""
        if self._question.requirements.get(step.field) == REQUIRE_ONLY_OTHER:
            return _ONLY_OTHER
        named: dict[str, bool] = {}
        matchers = (*self._question.subject.matchers, *step.reading)
        positions = (*subject, *tracks[step.reads :])
        for matcher, position in zip(matchers, positions, strict=True):
            if matcher.wanted:
                for character, is_variant in matcher.patterns.named(position):
                    named[character] = is_variant and named.get(character, True)
        encodes = step.field in ENCODED_FIELDS
        if encodes and "%" in named:
            named.setdefault(":", False)
        charset = step.charset
        found = [
            (character, is_variant)
            for character, is_variant in named.items()
            if (charset is None or charset.has(character)) and (encodes or character != ":")
        ]
        return _ONLY_OTHER + found

    def _leave(
        self, state: _State, step: _Step, subject: tuple[int, ...], tracks: tuple[int, ...]
    ) -> bool:
        """Leave a segment; tell whether the text may end here, else stack what may follow."""
        if step.closing and not _accept(step.closing, tracks[step.keeps :]):
            return False
        steps, at, flags = state.steps, state.at + 1, state.flags
        if at < len(steps):
            left = tracks[: step.keeps]
            self._stack.append(_State(steps, at, subject, left, False, False, flags, state.way))
            return False
        if _accept(self._question.subject.matchers, subject):
            return True
        if self._following:
            joint = _advance(self._question.subject.matchers, subject, ":")
            if joint is not None:
                self._begin(self._following, joint, flags, state.way)
        return False


_KEY_MARKS: Final = {key: 2 << n for n, key in enumerate(sorted(TEMPLATE_KEYS))}
_FIELD_MARKS: Final = {
    field: 2 << n for n, field in enumerate(sorted(IDENTITY_FIELDS), start=len(TEMPLATE_KEYS))
}
_KEY_MARKS[REPEATABLE_KEY] = 0
_OWN_MEANING: Final = frozenset({"repo", "context", "ref", REPEATABLE_KEY})
_FEW_PIECES: Final = 4
_BEGINNING: Final = 8


def _advance(
    matchers: Sequence[Matcher], states: tuple[int, ...], characters: Sequence[str]
) -> tuple[int, ...] | None:
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


def _accept(matchers: Sequence[Matcher], states: Sequence[int]) -> bool:
    """Tell whether a text may end where the matchers stand."""
    return all(
        bool(state & matcher.patterns.final) == matcher.wanted
        for matcher, state in zip(matchers, states, strict=True)
    )


def _collect(way: _Way | None) -> tuple[Begun, ...]:
    chosen: list[_Way] = []
    while way is not None:
        chosen.append(way)
        way = way.before
    pieces: list[tuple[Piece, list[tuple[str, list[str]]]]] = []
    for choice in reversed(chosen):
        if not isinstance(choice.chosen, str):
            pieces.append((choice.chosen, []))
            continue
        fields = pieces[-1][1]
        if not fields or fields[-1][0] != choice.field:
            fields.append((choice.field, []))
        fields[-1][1].append(choice.chosen)
    return tuple((piece, tuple((n, tuple(c)) for n, c in fields)) for piece, fields in pieces)
