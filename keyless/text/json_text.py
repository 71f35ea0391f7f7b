"""Decode JSON text, and refuse a duplicate key.

Readers of JSON differ on which of two members with one name they keep: what is judged here would
not be what others see. Which sentence a refusal becomes is for the rooms to say.
"""

import json
from collections import Counter
from typing import Any, Final

from keyless.text.sentences import quoted

AMBIGUOUS: Final = "Readers differ on which of the two counts"
"""Why a duplicate key is refused, without the full stop."""


class DuplicateKeyError(ValueError):
    """One object has two members with the same name; the message quotes it."""

    def __init__(self, key: str) -> None:
        super().__init__(f"duplicate key {quoted(key)}")
        self.key = key


def each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Put the members of one object together, as an `object_pairs_hook`.

    Raises DuplicateKeyError.
    """
    members = dict(pairs)
    if len(members) < len(pairs):
        often = Counter(key for key, _ in pairs)
        raise DuplicateKeyError(next(key for key, times in often.items() if times > 1))
    return members


DECODER: Final = json.JSONDecoder(object_pairs_hook=each_key_once)
"""Raises DuplicateKeyError, any other ValueError for what is no JSON, and RecursionError."""


def read_json(text: str | bytes) -> Any:
    """Return what a text says; bytes are UTF-8, UTF-16 or UTF-32. Raises what DECODER raises."""
    if isinstance(text, bytes):
        text = text.decode(json.detect_encoding(text))
    return DECODER.decode(text.removeprefix("\ufeff"))
