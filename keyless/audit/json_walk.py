"""Walk through large JSON and hand out one part after the other.

Only the text and the part in hand are in memory: an account's ten thousand roles never are all at
once.
"""

import json
import re
from collections.abc import Callable, Generator, Iterator
from enum import Enum

from keyless.command_line.json_text import unreadable
from keyless.text.json_text import DECODER, DuplicateKeyError

Path = tuple[str | int, ...]
"""Member names and list positions from the outermost value inwards."""

_SPACE = re.compile(r"[ \t\n\r]*")
_CLOSING = {"{": "}", "[": "]"}


class Step(Enum):
    """What to do with a part: look inside, hand it out whole, or pass over it.

    What is not of the kind to look into, as a plain value never is, is handed out.
    """

    ENTER = "enter"
    ENTER_OBJECT = "enter an object"
    ENTER_LIST = "enter a list"
    TAKE = "take"
    PASS = "pass"  # noqa: S105 - not a password


_OPENINGS = {Step.ENTER: ("{", "["), Step.ENTER_OBJECT: ("{",), Step.ENTER_LIST: ("[",)}


def walk(label: str, text: str, choose: Callable[[Path], Step]) -> Iterator[tuple[Path, object]]:
    """Yield every part that `choose` takes, with its path.

    Raises CommandError, beginning with `label`, for text that is no JSON, and for a duplicate
    key, whether it is looked into or passed over.
    """
    try:
        end = yield from _value(text, _past_space(text, 0), (), choose)
        if _past_space(text, end) != len(text):
            raise json.JSONDecodeError("more follows", text, end)
    except (ValueError, RecursionError) as problem:
        raise unreadable(label, problem) from None


def _value(
    text: str, at: int, path: Path, choose: Callable[[Path], Step]
) -> Generator[tuple[Path, object], None, int]:
    """Hand out what is wanted of the value at `at`; return where it ends."""
    opening = text[at : at + 1]
    step = choose(path)
    if opening in _OPENINGS.get(step, ()):
        return (yield from _members(text, at, path, choose))
    value, end = DECODER.raw_decode(text, at)
    if step is not Step.PASS:
        yield path, value
    return end


def _members(
    text: str, at: int, path: Path, choose: Callable[[Path], Step]
) -> Generator[tuple[Path, object], None, int]:
    closing = _CLOSING[text[at]]
    at = _past_space(text, at + 1)
    if text[at : at + 1] == closing:
        return at + 1
    number = 0
    taken: set[str] = set()
    while True:
        name: str | int = number
        if closing == "}":
            name, at = _name(text, at, taken)
        at = yield from _value(text, at, (*path, name), choose)
        at = _past_space(text, at)
        if text[at : at + 1] == closing:
            return at + 1
        at = _past_space(text, _past(text, at, ","))
        number += 1


def _name(text: str, at: int, taken: set[str]) -> tuple[str, int]:
    _past(text, at, '"')
    name, at = DECODER.raw_decode(text, at)
    if name in taken:
        raise DuplicateKeyError(name)
    taken.add(name)
    return name, _past_space(text, _past(text, _past_space(text, at), ":"))


def _past(text: str, at: int, expected: str) -> int:
    if text[at : at + 1] != expected:
        raise json.JSONDecodeError(f"{expected} is expected", text, at)
    return at + 1


def _past_space(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at
