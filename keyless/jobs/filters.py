r"""Match refs as the filters of `on` do, and make up refs that a filter lets through.

`*` stays between slashes, `**` crosses them; `?` and `+` repeat the letter before them; `!` takes
back, and of several filters the last that matches decides ("Workflow syntax", filter pattern cheat
sheet). Deployment patterns are another language: `keyless.rules.ref_patterns`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

_PART = re.compile(
    r"(?P<stars>\*+)|(?P<one>\[(?P<set>[^\]]+)\]|\\?(?P<letter>.))(?P<times>[?+]?)", re.DOTALL
)
_FRESH = "qz7"
"""A word that nobody's filter contains."""


@lru_cache(maxsize=4096)
def matches(pattern: str, name: str) -> bool:
    """Tell whether a name fits one filter, without its `!`; a step for each letter and part."""
    parts = tuple(_PART.finditer(pattern))
    states = _skipped({0}, parts)
    for letter in name:
        entered = {
            after
            for state in states
            if state < len(parts) and _meets(parts[state], letter)
            for after in ((state, state + 1) if _repeats(parts[state]) else (state + 1,))
        }
        states = _skipped(entered, parts)
    return len(parts) in states


def _skipped(states: set[int], parts: Sequence[re.Match[str]]) -> set[int]:
    """Add what is reached by leaving out parts that may be left out."""
    reached = set(states)
    for state in range(len(parts)):
        if state in reached and (parts[state]["stars"] or parts[state]["times"] == "?"):
            reached.add(state + 1)
    return reached


def _repeats(part: re.Match[str]) -> bool:
    return bool(part["stars"]) or part["times"] == "+"


def _meets(part: re.Match[str], letter: str) -> bool:
    if part["stars"]:
        return letter != "/" or part["stars"] != "*"
    if part["set"] is None:
        return bool(part["letter"] == letter)
    return _is_of(part["set"], letter)


def _is_of(members: str, letter: str) -> bool:
    """Tell whether a letter is one of a set such as `0-9a-f`."""
    position = 0
    while position < len(members):
        last = (
            members[position + 2 : position + 3]
            if members[position + 1 : position + 2] == "-"
            else ""
        )
        if members[position] <= letter <= (last or members[position]):
            return True
        position += 3 if last else 1
    return False


def lets_through(patterns: Sequence[str], name: str) -> bool:
    """Tell whether filters let a name through: the last that matches decides."""
    passes = False
    for pattern in patterns:
        if matches(pattern.removeprefix("!"), name):
            passes = not pattern.startswith("!")
    return passes


def is_literal(pattern: str) -> bool:
    """Tell whether a filter means one name only."""
    return not set(pattern) & set("*?+[]\\")


def samples(pattern: str, words: Iterable[str] = ()) -> Iterator[str]:
    """Yield names that a filter lets through, filled with words that may matter."""
    if is_literal(pattern):
        yield pattern
        return
    parts = list(_PART.finditer(pattern))
    for filling in _fillings(words):
        made = ("".join(_filled(p, filling, twice=twice) for p in parts) for twice in (True, False))
        for name in (*made, filling):
            if name.strip("/") == name != "" and matches(pattern, name):
                yield name


def _fillings(words: Iterable[str]) -> Iterator[str]:
    """Yield what stands in for stars: nothing, something new, and words with that around them."""
    yield from (_FRESH, "", f"{_FRESH}/{_FRESH}")
    for word in words:
        yield from (word, f"{word}{_FRESH}", f"{_FRESH}{word}")


def _filled(part: re.Match[str], filling: str, *, twice: bool) -> str:
    if part["stars"]:
        return filling
    one = (part["set"] or part["letter"])[0]
    if part["times"] == "+":
        return one * (2 if twice else 1)
    return "" if part["times"] == "?" and not twice else one
