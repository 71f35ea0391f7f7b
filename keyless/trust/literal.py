"""Read a text that is written out as what GitHub can mint.

A `:` separates the pieces of a subject and is never part of a value, so a literal subject has few
readings, and no search is needed for them.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from keyless.facts import ENCODED_COLON
from keyless.trust.claims import (
    CHARSETS,
    ENCODED_FIELDS,
    IMMUTABLE_FORM,
    NAME_FORM,
    REPEATABLE_KEY,
    TEMPLATE_PIECES,
    Piece,
    ReadPiece,
    Values,
    is_mintable,
)

_PIECES_BY_START: Final[dict[str, list[Piece]]] = {}
for _piece in {
    id(piece): piece
    for pieces in ((NAME_FORM, IMMUTABLE_FORM), *TEMPLATE_PIECES.values())
    for piece in pieces
}.values():
    _PIECES_BY_START.setdefault(_piece.segments[0].text.partition(":")[0], []).append(_piece)


def take_apart(piece: Piece, text: str) -> Values | None:
    """Read a literal text as a piece; None when it is none."""
    fields: list[tuple[str, tuple[str, ...]]] = []
    waiting = ""
    for segment in piece.segments:
        if segment.field:
            waiting = segment.field
            continue
        before, found, text = text.partition(segment.text)
        if not found or not _fills(waiting, before, fields):
            return None
        waiting = ""
    return tuple(fields) if _fills(waiting, text, fields) else None


def _fills(field: str, text: str, fields: list[tuple[str, tuple[str, ...]]]) -> bool:
    if not field:
        return not text
    fields.append((field, tuple(text)))
    return CHARSETS[field].spells(text)


def readings(subject: str) -> tuple[tuple[ReadPiece, ...], ...]:
    """List the rows of pieces that a literal subject can consist of."""
    return tuple(row for row in _rows(subject.split(":"), 0) if is_mintable(row))


def _rows(parts: list[str], at: int) -> Iterator[tuple[ReadPiece, ...]]:
    if at == len(parts):
        yield ()
        return
    end = at + (1 if parts[at] == "pull_request" else 2)
    text = ":".join(parts[at:end])
    start = REPEATABLE_KEY + "_" if parts[at].startswith(REPEATABLE_KEY + "_") else parts[at]
    for piece in _PIECES_BY_START.get(start, ()):
        fields = take_apart(piece, text) if end <= len(parts) else None
        if fields is not None:
            for rest in _rows(parts, end):
                yield ((piece, tuple(_decoded(*field) for field in fields)), *rest)


def _decoded(field: str, characters: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    if field not in ENCODED_FIELDS:
        return field, characters
    return field, tuple("".join(characters).replace(ENCODED_COLON, ":"))


def keys_of(subject: str) -> tuple[str, ...]:
    """List what stands in a literal subject where claim keys stand; a property's is its kind."""
    parts = subject.split(":")
    keys: list[str] = []
    at = 0
    while at < len(parts) - 1:
        is_property = parts[at].startswith(f"{REPEATABLE_KEY}_")
        keys.append(REPEATABLE_KEY if is_property else parts[at])
        at += 1 if parts[at] == "pull_request" else 2
    return tuple(keys)


def claims_of(pieces: Iterable[ReadPiece]) -> dict[str, str]:
    """Give the claims whose whole values are stated by pieces that are written out."""
    stated: dict[str, str] = {}
    for piece, fields in pieces:
        texts = {name: "".join(characters) for name, characters in fields}
        shown: dict[str, str] = {}
        for segment in piece.segments:
            for claim in segment.claims:
                shown[claim] = shown.get(claim, "") + (segment.text or texts[segment.field])
        stated |= shown
    return stated
