"""Match texts against `*` and `?`, as IAM compares actions and ARNs, in linear steps.

A regular expression of several stars goes back to each of them, which takes years for a pattern of
a hostile file. Going back to the last star alone finds the same.
"""

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

Part = TypeVar("Part")
Item = TypeVar("Item")


_VARIABLE = re.compile(r"\$\{[^}]*\}")


def without_variables(pattern: str) -> str:
    """Return a pattern with a star for each policy variable, which may become any text."""
    return _VARIABLE.sub("*", pattern)


def matches(pattern: str, text: str) -> bool:
    """Say whether a text fits a pattern: `*` is any text, also none, and `?` one character."""
    return fits(pattern, text, _is_star, _meets)


def may_begin(pattern: str, head: str) -> bool:
    """Say whether a pattern fits some text that goes on after `head`."""
    before, star, _ = pattern.partition("*")
    return all(map(_meets, before, head)) and (bool(star) or len(before) > len(head))


def fits(
    pattern: Sequence[Part],
    items: Sequence[Item],
    is_star: Callable[[Part], bool],
    meets: Callable[[Part, Item], bool],
) -> bool:
    """Say whether items fit a pattern, each part of which meets one item, or is a star for any."""
    at = here = 0
    star = resumed = -1
    while here < len(items):
        if at < len(pattern) and is_star(pattern[at]):
            star, resumed = at, here
            at += 1
        elif at < len(pattern) and meets(pattern[at], items[here]):
            at, here = at + 1, here + 1
        elif star >= 0:
            resumed += 1
            at, here = star + 1, resumed
        else:
            return False
    return all(map(is_star, pattern[at:]))


def _is_star(part: str) -> bool:
    return part == "*"


def _meets(part: str, character: str) -> bool:
    return part in ("?", character)
