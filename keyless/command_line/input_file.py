"""Read a file that somebody hands in: bounded, decoded, and named in every sentence about it."""

import json
import os
import stat
import sys
from typing import BinaryIO

from keyless.command_line.errors import CommandError
from keyless.text.printable import printable

STANDARD_INPUT = "-"
LARGEST_BYTES = 64 * 2**20
"""The state of some 2,000 environments; a bound for what is read into memory."""

MOST_VALUES = 4_000_000
"""Some 400 MiB once decoded at the most; 2,000 environments have 2,000,000, in texts as well."""


def file_label(name: str) -> str:
    """Name a file in sentences."""
    return "standard input" if name == STANDARD_INPUT else printable(name)


def read_bytes(name: str, *, largest: int = LARGEST_BYTES) -> bytes:
    """Return what a file contains, or standard input for `-`.

    Raises CommandError for what cannot be read or is larger than `largest` bytes.
    """
    label = file_label(name)
    if name == STANDARD_INPUT:
        return _bounded(sys.stdin.buffer, label, largest)
    try:
        with open(name, "rb", opener=_open_at_once) as file:
            content = _bounded(file, label, largest)
            is_pipe = stat.S_ISFIFO(os.fstat(file.fileno()).st_mode)
    except (OSError, ValueError) as problem:
        raise _nothing(
            label, problem.strerror if isinstance(problem, OSError) else problem
        ) from None
    if is_pipe and not content:
        raise _nothing(label, "a pipe that nothing was written to")
    return content


def read_text(name: str, *, largest: int = LARGEST_BYTES) -> str:
    """Return the text in a file. Raises CommandError as `read_bytes` and `decode` do."""
    return decode(file_label(name), read_bytes(name, largest=largest))


def decode(label: str, content: bytes) -> str:
    """Return bytes as text; UTF-8, UTF-16 or UTF-32, as its first bytes show.

    Raises CommandError, beginning with `label`, for what is no text, or JSON of too many values.
    """
    try:
        text = content.decode(json.detect_encoding(content)).removeprefix("\ufeff")
    except UnicodeDecodeError as problem:
        raise CommandError(
            f"{label}: byte {problem.start} is not text. A review reads JSON. "
            "Hand in what the tool wrote, unchanged."
        ) from None
    if sum(map(text.count, "[{,")) > MOST_VALUES:
        raise _too_much(label, f"{MOST_VALUES} values")
    return text


def _bounded(file: BinaryIO, label: str, largest: int) -> bytes:
    content = file.read(largest + 1)
    if len(content) > largest:
        size = f"{largest // 2**20} MiB" if largest >= 2**20 else f"{largest // 2**10} KiB"
        raise _too_much(label, size)
    return content


def _open_at_once(name: str, flags: int) -> int:
    """Open a pipe that nobody writes to as an empty one, where `open` would wait for ever."""
    descriptor = os.open(name, flags | os.O_NONBLOCK)
    os.set_blocking(descriptor, True)
    return descriptor


def _nothing(label: str, found: object) -> CommandError:
    return CommandError(
        f"{label}: {found}. There is nothing to review. Name a file that can be read, or - for "
        "standard input."
    )


def _too_much(label: str, found: str) -> CommandError:
    return CommandError(
        f"{label}: more than {found}. So much is not read into memory. Hand in less of it."
    )
