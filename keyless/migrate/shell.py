"""Tell whether lines can be taken out of a shell script without breaking what is around them.

A script is not parsed: in doubt, a line is inside of something.
"""

import re
import shlex
from collections.abc import Collection, Sequence
from itertools import pairwise

_DOCUMENT = re.compile(r"<<-?\s*([\"']?)(\w+)\1")
_GOES_ON = re.compile(r"(?:\\|\|\|?|&&)\s*\Z")
_OPENS = re.compile(r"(?:\b(?:then|do|else)|[({])\s*(?:#.*)?\Z")
_CLOSES = re.compile(r"\s*(?:(?:fi|done|else|elif)\b|[)}])")

_MOST_LETTERS = 10_000
"""Of a script before a key: splitting it into words takes time, and real ones are shorter."""


def is_inside(before: Sequence[str]) -> bool:
    """Tell whether what follows some lines belongs to a command, a text or a document of theirs."""
    if before and _GOES_ON.search(before[-1]):
        return True
    if sum(map(len, before)) > _MOST_LETTERS:
        return True
    open_documents = [match[2] for line in before for match in _DOCUMENT.finditer(line)]
    if any(name not in (line.strip() for line in before) for name in open_documents):
        return True
    try:
        shlex.split("\n".join(before), comments=True)
    except ValueError:
        return True
    return False


def leaves_gap(lines: Sequence[str], cut: Collection[int]) -> bool:
    """Tell whether a block of commands is left without any once lines are cut."""
    kept = [
        (number, line)
        for number, line in enumerate(lines)
        if number not in cut and line.strip() and not line.lstrip().startswith("#")
    ]
    pairs = pairwise(kept)
    return any(
        after - before > 1
        and any(before < number < after for number in cut)
        and _OPENS.search(first) is not None
        and _CLOSES.match(second) is not None
        for (before, first), (after, second) in pairs
    )
