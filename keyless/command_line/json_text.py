"""Decode JSON that was handed in, and say what is wrong with it without a word of what it says."""

import json
from typing import Any

from keyless.command_line.errors import CommandError
from keyless.text.json_text import AMBIGUOUS, ConstantError, DuplicateKeyError, read_json

_INSTEAD = "Hand in what was printed, unchanged."


def decode_json(label: str, text: str) -> Any:
    """Return what a text says. Raises CommandError, beginning with `label`, for what is no JSON."""
    try:
        return read_json(text)
    except (ValueError, RecursionError) as problem:
        raise unreadable(label, problem) from None


def unreadable(label: str, problem: Exception) -> CommandError:
    """Say why a text is not read; of what it contains, a duplicate key or a constant is quoted."""
    if isinstance(problem, DuplicateKeyError):
        return CommandError(f"{label}: {problem}. {AMBIGUOUS}. {_INSTEAD}")
    if isinstance(problem, ConstantError):
        return CommandError(f"{label}: {problem}. Readers differ on what it is. {_INSTEAD}")
    where = f" at line {problem.lineno}" if isinstance(problem, json.JSONDecodeError) else ""
    what = "nested too deep" if isinstance(problem, RecursionError) else f"no JSON{where}"
    return CommandError(f"{label}: {what}. A review reads what the tools print as JSON. {_INSTEAD}")
