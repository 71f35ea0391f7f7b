"""Say where an error is and what was found there, in one form for every sentence.

The form is `<where>: <what was found, quoted>. <why it matters>. <what to write instead>.`
The sentences themselves are beside the rules that need them, not here.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import NoneType

from keyless.text.look_alikes import look_alike
from keyless.text.spellings import MeantNames

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+\Z")
_LONGEST_QUOTE = 80
_LONGEST_KEY = 300
"""No name that is read is as long: places cut here belong to names that are refused."""


_KINDS: tuple[tuple[type, str], ...] = (
    (NoneType, "empty"),
    (bool, "a boolean"),
    (int, "a number"),
    (float, "a number"),
    (str, "text"),
    (Mapping, "a mapping"),
    (Sequence, "a list"),
)


def kind(value: object) -> str:
    """Name the kind of a decoded value in the words of a person who writes YAML."""
    return next((word for type_, word in _KINDS if isinstance(value, type_)), "no plain value")


def quoted(value: object, longest: int = _LONGEST_QUOTE) -> str:
    """Quote a value as JSON, in ASCII and cut at `longest` characters, fit for any terminal.

    A letter that is not what it looks like is named behind the text.
    """
    found = look_alike(value) if isinstance(value, str) else None
    text = _as_json(value, longest)
    return f"{text} ({found})" if found else text


def _as_json(value: object, longest: int) -> str:
    text = ""
    try:
        for part in json.JSONEncoder(default=str).iterencode(value):
            text += part
            if len(text) > longest:
                return f"{text[: longest - 3]}..."
    except (ValueError, RecursionError):
        return kind(value)
    return text


def joined(base: str, keys: Iterable[str | int]) -> str:
    """Append keys and list positions to a path: `base.storefront[0]`, `base[".github"]`."""
    path = base + "".join(map(_step, keys))
    return path if base else path.removeprefix(".")


@lru_cache(maxsize=4096, typed=True)
def _step(key: str | int) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    if len(key) > _LONGEST_KEY:
        return f"[{json.dumps(key[:_LONGEST_KEY])}...]"
    return f".{key}" if _PLAIN_KEY.match(key) else f"[{json.dumps(key)}]"


def listed(values: Iterable[object], *, last: str = "and") -> str:
    """List values for a sentence: `a, b and c`."""
    *front, back = [str(value) for value in values]
    return f"{', '.join(front)} {last} {back}" if front else back


def nearest(word: str, known: Iterable[str], *, likeness: float = 0.7) -> str | None:
    """Find the known word that is most likely meant by a misspelt or shortened one, or None.

    `likeness` is how much of two words has to agree, from 0 to 1.
    """
    return _meant(tuple(known)).nearest(word, likeness=likeness)


@lru_cache(maxsize=32)
def _meant(known: tuple[str, ...]) -> MeantNames:
    """Keep the index of names that several words in turn are looked for in."""
    return MeantNames(known)


def count(number: int, word: str) -> str:
    """Count in words: `1 role`, `3 repositories`."""
    plural = f"{word.removesuffix('y')}ies" if word.endswith("y") else f"{word}s"
    return f"{number} {word if number == 1 else plural}"
