"""The command line of `python -m review`: which command, and how it ends."""

import os
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence

from review.command import ExitStatus
from review.commands import COMMANDS
from review.errors import ReviewError
from review.terminal import Terminal

_INTERRUPTED = 130
_PIPE_CLOSED = 141
"""What a shell reports for a command that a signal ended: 128 and the signal's number."""

_ENDINGS = """exit status:
  0  nothing found
  1  something to look at
  2  not run: wrong usage, or data that cannot be used"""


def main(arguments: Sequence[str] | None = None, terminal: Terminal | None = None) -> int:
    """Run one command and return its exit status."""
    parsed = _parser().parse_args(arguments)
    terminal = terminal or Terminal()
    try:
        status: int = parsed.command.run(parsed, terminal)
        sys.stdout.flush()
    except ReviewError as problem:
        terminal.tell(str(problem))
        return ExitStatus.UNUSABLE
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _PIPE_CLOSED
    return status


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="python -m review",
        description="Show who can become what in AWS through GitHub Actions, and why.",
        epilog=_ENDINGS,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        own = commands.add_parser(
            command.name,
            help=command.summary,
            description=command.description,
            epilog=_ENDINGS,
            formatter_class=RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        command.add_arguments(own)
        own.set_defaults(command=command)
    return parser
