"""Run a command within the test's own process, and return what it printed."""

import contextlib
import io
from dataclasses import dataclass

from rich.console import Console

from keyless.command_line.terminal import Terminal
from keyless.main import main


@dataclass(frozen=True)
class Ended:
    """How a command ended, and both its streams."""

    status: int
    out: str
    err: str


def run(*words: str) -> Ended:
    """Run `keyless WORDS`."""
    out, err = io.StringIO(), io.StringIO()
    terminal = Terminal(Console(file=out, width=100), Console(file=err, width=100))
    with contextlib.redirect_stderr(err):
        try:
            status = main(words, terminal)
        except SystemExit as usage:
            status = int(usage.code or 0)
    return Ended(status, out.getvalue(), err.getvalue())
