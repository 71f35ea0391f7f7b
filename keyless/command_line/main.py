"""The command line of `keyless`: which command, and how it ends."""

import os
import sys
import traceback
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from pathlib import Path

from keyless.command_line.command import ExitStatus
from keyless.command_line.errors import CommandError
from keyless.command_line.terminal import Terminal
from keyless.commands import COMMANDS

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
    except CommandError as problem:
        terminal.tell(str(problem))
        return ExitStatus.UNUSABLE
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        _discard_output()
        return _PIPE_CLOSED
    except OSError as problem:
        _discard_output()
        return _unusable(terminal, parsed.command.name, str(problem.strerror or problem))
    except Exception as problem:  # what nobody foresaw must not end as a finding does
        frame = traceback.extract_tb(problem.__traceback__)[-1]
        at = f"{Path(frame.filename).name}:{frame.lineno}"
        found = f"{type(problem).__name__} at {at}, a mistake in this command"
        return _unusable(terminal, parsed.command.name, found)
    return status


def _unusable(terminal: Terminal, command: str, found: str) -> ExitStatus:
    terminal.tell(
        f"{command}: {found}. Nothing that it wrote can be relied on. Run it again once that is "
        "mended."
    )
    return ExitStatus.UNUSABLE


def _discard_output() -> None:
    """Keep what is still to be written from failing once more when the process ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="keyless",
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
