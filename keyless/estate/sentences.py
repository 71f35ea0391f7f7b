"""Say where an error is and what was found there, in one form for every sentence of this room.

The form is `<where>: <what was found, quoted>. <why it matters>. <what to write instead>.`
The sentences themselves stand beside the rules that need them, not here.
"""

import difflib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import NoneType

import yaml

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+\Z")
_LONGEST_QUOTE = 80
_LONGEST_KEY = 300
"""No name that is read is as long: places cut here belong to names that are refused."""
_LONGEST_SENTENCE = 4000
_SHORTEST_STEM = 3


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


def quoted(value: object) -> str:
    """Quote a value as JSON, in ASCII and cut at 80 characters, fit for any terminal."""
    try:
        text = json.dumps(value, default=str)
    except (ValueError, RecursionError):
        return kind(value)
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 3] + "..."


def printable(sentence: str) -> str:
    """Escape what could move a terminal's cursor or turn its text around, and cut at the limit."""
    shown = sentence
    if not sentence.isprintable():
        shown = "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in sentence)
    return shown if len(shown) <= _LONGEST_SENTENCE else f"{shown[:_LONGEST_SENTENCE]}..."


def as_yaml(value: object) -> str:
    """Write a value in YAML's flow style on one line, as it would stand behind its key."""
    text = yaml.safe_dump(value, default_flow_style=True, width=10_000, sort_keys=False)
    return text.removesuffix("\n").removesuffix("\n...")


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


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Find the known word that a misspelt or shortened one most likely means, or None."""
    plain = {_folded(name): name for name in known}
    close = difflib.get_close_matches(_folded(word), plain, n=1, cutoff=0.7)
    longer = [name for name in plain if len(word) >= _SHORTEST_STEM and _folded(word) in name]
    found = close or (longer if len(longer) == 1 else [])
    return plain[found[0]] if found else None


def _folded(word: str) -> str:
    return word.casefold().replace("-", "_")
