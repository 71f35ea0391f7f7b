"""What a command of `keyless` consists of, and how it ends."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from keyless.command_line.terminal import Terminal


class ExitStatus(IntEnum):
    """How a command ended, for scripts; whatever cannot be used ends with 2."""

    CLEAN = 0
    FINDINGS = 1
    UNUSABLE = 2


@dataclass(frozen=True)
class Command:
    """One command: `description` begins its own page of help.

    `run` raises CommandError for everything that makes its work impossible.
    """

    description: str
    add_arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace, Terminal], ExitStatus]
