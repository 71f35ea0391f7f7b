"""Find a subject, or the value of a claim, that the conditions of a policy let through.

The pieces of claims.py make a graph of all the texts that GitHub can mint. The search walks it
together with the automata of every condition on the subject and on the claims in it, depth first,
and gives the first text that all of them accept. It visits each state once, so that "none found"
means that there is none; how many states it may visit is bounded.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from policypack.trust.claims import (
    CHARSETS,
    ENCODED_FIELDS,
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


class Found(NamedTuple):
    """Hold the pieces of a text and, for each, the characters of its fields in order."""

    pieces: tuple[tuple[Piece, tuple[tuple[str, tuple[str, ...]], ...]], ...]


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


class Question(NamedTuple):
    """Ask for one text.

    `subject` are the matchers of the whole text, `tracks` those of the claims in it;
    `requirements` say of fields that they hold, or consist of, characters that no value names.
    With `names_context`, a ref that a text shows first is its context: the key `ref` counts only
    behind the context itself. `read` is the beginning of the text, which is settled already. With
    `unique`, no claim key comes twice.
    """

    subject: tuple[Matcher, ...]
    tracks: Tracks
    requirements: Mapping[str, str]
    budget: Budget
    names_context: bool = False
    read: str = ""
    unique: bool = False


class _Way(NamedTuple):
    """Link what was chosen, last one first: a piece begun, or a character of one of its fields."""

    before: "_Way | None"
    field: str
    chosen: Piece | str


class _State(NamedTuple):
    """Stand at the start of a step, or inside its field after a character."""

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

    Raises ExhaustedError, or TooLargeError from the patterns.
    """
    found = _walk(question, first, following)
    if found is None or not following or not _repeats(found):
        return found
    return _walk(question._replace(unique=True), first, following)


def _repeats(found: Found) -> bool:
    keys = [piece.key for piece, _ in found.pieces if piece.key != REPEATABLE_KEY]
    return len(set(keys)) < len(keys)


def _walk(question: Question, first: Iterable[Piece], following: Sequence[Piece]) -> Found | None:
    for matcher in question.subject:
        matcher.patterns.compile()
    walk = _Walk(question, following)
    start = tuple(matcher.patterns.start for matcher in question.subject)
    moved = _advance(question.subject, start, question.read)
    if moved is None:
        return None
    flags = 0 if question.names_context else _REF_ALLOWED
    walk.begin(first, moved, flags, None)
    return walk.run()


class _Walk:
    """Walk the graph for one question: texts of fewer pieces first, depth first within these."""

    __slots__ = ("_following", "_later", "_question", "_stack")

    def __init__(self, question: Question, following: Sequence[Piece]) -> None:
        self._question = question
        self._following = following
        self._stack: list[_State] = []
        self._later: list[_State] = []

    def begin(
        self, pieces: Iterable[Piece], subject: tuple[int, ...], flags: int, way: _Way | None
    ) -> None:
        """Stand in front of every one of the pieces, to try the first of them first."""
        steps = self._question.tracks.steps
        states = [
            _State(
                steps(piece),
                0,
                subject,
                (),
                False,
                False,
                flags | self._mark(piece.key),
                _Way(way, "", piece),
            )
            for piece in pieces
            if not flags & self._mark(piece.key) & _ALL_KEYS
            and (flags & _REF_ALLOWED or piece.key != "ref")
            and _reads_on(self._question.subject, subject, piece)
        ]
        states.reverse()
        self._later += states

    def _mark(self, key: str) -> int:
        """Give the flags that a piece sets; that of its own key only where keys are unique."""
        mark = _REF_ALLOWED if key == "context" else 0
        return mark | _KEY_FLAGS[key] if self._question.unique else mark

    def run(self) -> Found | None:
        """Walk until a text is complete or everything has been visited."""
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
            if step.text:
                moved = self._read(step, subject, tracks, step.text, step.text)
                if moved is None:
                    continue
                subject, tracks = moved
            else:
                self._grow(state, step, tracks)
                if not inside or not (satisfied or self._is_free(step.field)):
                    continue
            if self._leave(state, step, subject, tracks):
                return _collect(way)
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
        moved = _advance(self._question.subject, subject, shown)
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
        matchers = (*self._question.subject, *step.reading)
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
        if _accept(self._question.subject, subject):
            return True
        if self._following:
            joint = _advance(self._question.subject, subject, ":")
            if joint is not None:
                self.begin(self._following, joint, flags, state.way)
        return False


_KEY_FLAGS: Final = {key: 2 << n for n, key in enumerate(sorted(TEMPLATE_KEYS))}
_KEY_FLAGS[REPEATABLE_KEY] = 0
_ALL_KEYS: Final = ~_REF_ALLOWED


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


def _reads_on(matchers: Sequence[Matcher], states: tuple[int, ...], piece: Piece) -> bool:
    """Tell whether the fixed text that a piece begins with can be read at all."""
    return _advance(matchers, states, piece.segments[0].text) is not None


def _collect(way: _Way | None) -> Found:
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
    return Found(
        tuple((piece, tuple((n, tuple(c)) for n, c in fields)) for piece, fields in pieces)
    )
