"""Find a subject, or the value of a claim, that the conditions of a policy let through.

The pieces of claims.py make a graph of all the texts that GitHub can mint. The search walks it
together with the automata of every condition on the subject and on the claims in it, depth first,
and gives the first text that all of them accept. It visits each state once, so that "none found"
means that there is none; how many states it may visit is bounded.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from policypack.trust.claims import CHARSETS, ENCODED_FIELDS, Charset, Piece, Segment
from policypack.trust.pattern import OTHER, PatternSet

REQUIRE_OTHER: Final = "other"
REQUIRE_ONLY_OTHER: Final = "only other"

_NO_CONTEXT_ALLOWED: Final = 1
_CONTEXT_SEEN: Final = 2
_REF_SEEN: Final = 4


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

    def accepts(self, state: int) -> bool:
        """Tell whether the text may end here."""
        return bool(state & self.patterns.final) == self.wanted


class Choice(NamedTuple):
    """Record one step of the way: a piece begun, or a character of one of its fields."""

    piece: Piece | None
    field: str
    character: str


class Path(NamedTuple):
    """Link the choices, last one first."""

    before: "Path | None"
    choice: Choice


class Found(NamedTuple):
    """Hold the pieces of a text and, for each, the characters of its fields in order."""

    pieces: tuple[tuple[Piece, tuple[tuple[str, tuple[str, ...]], ...]], ...]


class _Step(NamedTuple):
    """Bind a segment to the matchers of the claims that it belongs to.

    The states of open claims lie on a stack: `opens` are pushed on entry, all from `reads` on read
    each character, those from `keeps` on must accept at the end and are dropped.
    """

    text: str
    field: str
    charset: Charset | None
    requirement: str
    counts_case: bool
    opens: tuple[int, ...]
    matchers: tuple[Matcher, ...]
    reads: int
    keeps: int


@dataclass
class Question:
    """Ask for one text.

    `subject` are the matchers of the whole text, `tracks` those of the claims in it by name,
    `requirements` say of fields that they hold, or consist of, characters that no value names.
    """

    subject: tuple[Matcher, ...]
    tracks: dict[str, tuple[Matcher, ...]]
    requirements: dict[str, str]
    budget: Budget
    _bound: dict[int, tuple[_Step, ...]] = field(default_factory=dict)

    def bind(self, piece: Piece) -> tuple[_Step, ...]:
        """Bind the segments of a piece once."""
        known = self._bound.get(id(piece))
        if known is None:
            known = self._bound[id(piece)] = tuple(self._bind(piece.segments))
        return known

    def _bind(self, segments: Sequence[Segment]) -> Iterator[_Step]:
        open_claims: list[str] = []
        last = {track: n for n, segment in enumerate(segments) for track in segment.tracks}
        for n, segment in enumerate(segments):
            opened = [track for track in segment.tracks if track not in open_claims]
            reads = sum(
                len(self.tracks.get(claim, ()))
                for claim in open_claims
                if claim not in segment.tracks
            )
            open_claims += opened
            live = tuple(m for claim in open_claims for m in self.tracks.get(claim, ()))
            starts = tuple(m.patterns.start for c in opened for m in self.tracks.get(c, ()))
            open_claims = [claim for claim in open_claims if last[claim] > n]
            keeps = sum(len(self.tracks.get(claim, ())) for claim in open_claims)
            yield _Step(
                segment.text,
                segment.field,
                CHARSETS[segment.field] if segment.field else None,
                self.requirements.get(segment.field, ""),
                segment.field in {"branch", "tag"},
                starts,
                live,
                reads,
                keeps,
            )


class _State(NamedTuple):
    """Stand in a piece: at the start of a step, or inside its field after a character."""

    piece: Piece
    step: int
    subject: tuple[int, ...]
    tracks: tuple[int, ...]
    inside: bool
    satisfied: bool
    flags: int


def find(
    question: Question,
    first: Iterable[Piece],
    following: Sequence[Piece] = (),
    *,
    names_context: bool = False,
) -> Found | None:
    """Find a text that begins with one of `first` and goes on with any of `following`.

    With `names_context`, a text that shows a ref shows it as its context: the key `ref` counts only
    beside the context itself. Raises ExhaustedError, or TooLargeError from the patterns.
    """
    for matcher in question.subject:
        matcher.patterns.compile()
    for matchers in question.tracks.values():
        for matcher in matchers:
            matcher.patterns.compile()
    flags = 0 if names_context else _NO_CONTEXT_ALLOWED
    start = tuple(matcher.patterns.start for matcher in question.subject)
    stack: list[tuple[_State, Path | None]] = [
        (_State(piece, 0, start, (), False, False, _after(piece, flags)), _begin(None, piece))
        for piece in first
    ]
    stack.reverse()
    visited: set[tuple[object, ...]] = set()
    while stack:
        state, path = stack.pop()
        seen = (id(state.piece), *state[1:])
        if seen in visited:
            continue
        visited.add(seen)
        question.budget.spend()
        step = question.bind(state.piece)[state.step]
        if not state.inside:
            state = state._replace(tracks=state.tracks + step.opens)
        if step.text:
            moved = _read(question, step, state, step.text, step.text)
            ends = [] if moved is None else [(moved, path)]
        else:
            ends = [(state, path)] if state.inside and _may_end(step, state) else []
            stack.extend(_grow(question, step, state, path))
        for ended, way in ends:
            if _leave(question, step, ended, way, following, stack):
                return _collect(way)
    return None


def _begin(path: Path | None, piece: Piece) -> Path:
    return Path(path, Choice(piece, "", ""))


def _after(piece: Piece, flags: int) -> int:
    if piece.key == "context":
        return flags | _CONTEXT_SEEN
    return flags | _REF_SEEN if piece.key == "ref" else flags


def _may_end(step: _Step, state: _State) -> bool:
    return state.satisfied or step.requirement != REQUIRE_OTHER


def _read(question: Question, step: _Step, state: _State, shown: str, raw: str) -> _State | None:
    """Read characters as the subject shows them and as the claim holds them."""
    subject = state.subject
    for character in (shown,) if shown == OTHER else shown:
        following: list[int] = []
        for matcher, position in zip(question.subject, subject, strict=True):
            moved = matcher.patterns.step(position, character)
            if not moved and matcher.wanted:
                return None
            following.append(moved)
        subject = tuple(following)
    tracks = state.tracks
    if step.reads < len(tracks):
        for character in (raw,) if raw == OTHER else raw:
            held = list(tracks[: step.reads])
            for matcher, position in zip(
                step.matchers[step.reads :], tracks[step.reads :], strict=True
            ):
                moved = matcher.patterns.step(position, character)
                if not moved and matcher.wanted:
                    return None
                held.append(moved)
            tracks = tuple(held)
    return state._replace(subject=subject, tracks=tracks)


def _grow(
    question: Question, step: _Step, state: _State, path: Path | None
) -> list[tuple[_State, Path | None]]:
    """Read one more character of a field in every way that makes a difference."""
    grown: list[tuple[_State, Path | None]] = []
    for character, is_variant in _characters(question, step, state):
        shown = "%3A" if character == ":" else character
        moved = _read(question, step, state, shown, character)
        if moved is None:
            continue
        satisfied = state.satisfied or character == OTHER or (is_variant and step.counts_case)
        grown.append(
            (
                moved._replace(inside=True, satisfied=satisfied),
                Path(path, Choice(None, step.field, character)),
            )
        )
    return grown


def _characters(question: Question, step: _Step, state: _State) -> list[tuple[str, bool]]:
    """List what a field may read next: OTHER first, so that named characters are tried before."""
    if step.requirement == REQUIRE_ONLY_OTHER:
        return [(OTHER, False)]
    named: dict[str, bool] = {}
    matchers = (*question.subject, *step.matchers[step.reads :])
    positions = (*state.subject, *state.tracks[step.reads :])
    for matcher, position in zip(matchers, positions, strict=True):
        if matcher.wanted:
            for character, is_variant in matcher.patterns.named(position):
                named[character] = is_variant and named.get(character, True)
    if "%" in named and step.field in ENCODED_FIELDS:
        named.setdefault(":", False)
    charset = step.charset
    found = [(OTHER, False)]
    for character, is_variant in named.items():
        fits = charset is None or charset.has(character)
        if fits and (character != ":" or step.field in ENCODED_FIELDS):
            found.append((character, is_variant))
    return found


def _leave(
    question: Question,
    step: _Step,
    state: _State,
    path: Path | None,
    following: Sequence[Piece],
    stack: list[tuple[_State, Path | None]],
) -> bool:
    """Leave a segment; tell whether the text may end here, else stack what may follow."""
    for matcher, position in zip(
        step.matchers[step.keeps :], state.tracks[step.keeps :], strict=True
    ):
        if not matcher.accepts(position):
            return False
    tracks = state.tracks[: step.keeps]
    piece = state.piece
    if state.step + 1 < len(piece.segments):
        stack.append(
            (_State(piece, state.step + 1, state.subject, tracks, False, False, state.flags), path)
        )
        return False
    ended = all(
        matcher.accepts(position)
        for matcher, position in zip(question.subject, state.subject, strict=True)
    )
    if ended and (
        state.flags & (_NO_CONTEXT_ALLOWED | _CONTEXT_SEEN) or not state.flags & _REF_SEEN
    ):
        return True
    if following:
        joint = _read(question, step, state._replace(tracks=()), ":", "")
        if joint is not None:
            for piece in reversed(following):
                flags = _after(piece, state.flags)
                begun = _State(piece, 0, joint.subject, (), False, False, flags)
                stack.append((begun, _begin(path, piece)))
    return False


def _collect(path: Path | None) -> Found:
    pieces: list[tuple[Piece, list[tuple[str, list[str]]]]] = []
    choices: list[Choice] = []
    while path is not None:
        choices.append(path.choice)
        path = path.before
    for choice in reversed(choices):
        if choice.piece is not None:
            pieces.append((choice.piece, []))
            continue
        fields = pieces[-1][1]
        if not fields or fields[-1][0] != choice.field:
            fields.append((choice.field, []))
        fields[-1][1].append(choice.character)
    return Found(
        tuple((piece, tuple((n, tuple(c)) for n, c in fields)) for piece, fields in pieces)
    )
