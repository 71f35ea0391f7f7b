"""Decode JSON text, and refuse a name that stands twice in one object.

Readers of JSON let the second win in silence: what is judged here would not be what others see.
"""

import json
from collections import Counter
from typing import Any

from keyless.command_line.errors import CommandError
from keyless.command_line.input_file import printable

_INSTEAD = "Hand in what was printed, unchanged."


class TwiceError(ValueError):
    """Carry the name that stands twice in one object."""


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        often = Counter(name for name, _ in pairs)
        raise TwiceError(next(name for name, times in often.items() if times > 1))
    return members


DECODER = json.JSONDecoder(object_pairs_hook=_each_once)
"""Raises ValueError for what is no JSON, as TwiceError for a name, and RecursionError."""


def decode_json(label: str, text: str) -> Any:
    """Return what a text says. Raises CommandError, beginning with `label`, for what is no JSON."""
    try:
        return DECODER.decode(text)
    except (ValueError, RecursionError) as problem:
        raise unreadable(label, problem) from None


def unreadable(label: str, problem: Exception) -> CommandError:
    """Say why a text is not read, without a word of what it holds but a name that is doubled."""
    if isinstance(problem, TwiceError):
        name = json.dumps(printable(str(problem), 60))
        return CommandError(
            f"{label}: {name} stands twice in one object. Readers of JSON let the second win in "
            f"silence. {_INSTEAD}"
        )
    where = f" at line {problem.lineno}" if isinstance(problem, json.JSONDecodeError) else ""
    what = "nested too deep" if isinstance(problem, RecursionError) else f"no JSON{where}"
    return CommandError(f"{label}: {what}. A review reads what the tools print as JSON. {_INSTEAD}")
