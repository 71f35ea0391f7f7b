"""Decode JSON text, and refuse a duplicate key, NaN and Infinity.

Readers of JSON differ on which of two members with one name they keep, and on what is no JSON: what
is judged here would not be what others see. Which sentence a refusal becomes is for the rooms to
say.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final, NoReturn

from keyless.text.sentences import quoted

AMBIGUOUS: Final = "Readers differ on which of the two counts"
"""Why a duplicate key is refused, without the full stop."""


class DuplicateKeyError(ValueError):
    """One object has two members with the same name; the message quotes it."""

    def __init__(self, key: str) -> None:
        super().__init__(f"duplicate key {quoted(key)}")
        self.key = key


class ConstantError(ValueError):
    """A text has NaN or Infinity, which are no JSON; the message names it."""


def each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Put the members of one object together, as an `object_pairs_hook`.

    Raises DuplicateKeyError.
    """
    members = dict(pairs)
    if len(members) < len(pairs):
        often = Counter(key for key, _ in pairs)
        raise DuplicateKeyError(next(key for key, times in often.items() if times > 1))
    return members


def _refuse_constant(name: str) -> NoReturn:
    raise ConstantError(f"{name} is no JSON value")


DECODER: Final = json.JSONDecoder(object_pairs_hook=each_key_once, parse_constant=_refuse_constant)
"""Raises DuplicateKeyError, ConstantError, any other ValueError for no JSON, and RecursionError."""


def read_json(text: str | bytes) -> Any:
    """Return what a text says; bytes are UTF-8, UTF-16 or UTF-32. Raises what DECODER raises."""
    if isinstance(text, bytes):
        text = text.decode(json.detect_encoding(text))
    return DECODER.decode(text.removeprefix("\ufeff"))


def as_json(document: object) -> str:
    """Write bytes of UTF-8, or values that may be proxies of mappings and sequences, as JSON text.

    Raises UnicodeDecodeError, TypeError for what is no JSON value, and RecursionError.
    """
    if isinstance(document, bytes | bytearray):
        return document.decode("utf-8")
    return json.dumps(document, default=_plain, ensure_ascii=False)


def read_as_written(text: str, *, whole_floats: bool) -> Any:
    """Return what a text says, with each number as the text that it is written as.

    Without `whole_floats` `811.0` is `811`: through the engine a whole number arrives as a float.
    Raises what DECODER raises.
    """
    decoder = json.JSONDecoder(
        object_pairs_hook=each_key_once,
        parse_int=str,
        parse_float=str if whole_floats else lambda number: number.removesuffix(".0"),
        parse_constant=_refuse_constant,
    )
    return decoder.decode(text.removeprefix("\ufeff"))


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return list(value)
    raise TypeError(f"{type(value).__name__} is no JSON value")
