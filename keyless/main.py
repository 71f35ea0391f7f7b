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
from keyless.commands import COMMANDS, command

_INTERRUPTED = 130
_PIPE_CLOSED = 141
"""What a shell reports for a command that a signal ended: 128 and the signal's number."""

_ENDINGS = """exit status:
  0  nothing found
  1  something to look at
  2  not run: wrong usage, or data that cannot be used"""


def main(arguments: Sequence[str] | None = None, terminal: Terminal | None = None) -> int:
    """Run one command and return its exit status."""
    words = sys.argv[1:] if arguments is None else arguments
    parsed = _parser(_chosen(words)).parse_args(words)
    terminal = terminal or Terminal()
    try:
        status: int = parsed.run(parsed, terminal)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        _discard_output()
        return _PIPE_CLOSED
    except CommandError as problem:
        terminal.tell(str(problem))
    except OSError as problem:
        _discard_output()
        terminal.tell(_unusable(parsed.command, str(problem.strerror or problem)))
    except ModuleNotFoundError as problem:
        terminal.tell(
            f"{parsed.command}: the package {problem.name} is not installed. keyless comes without "
            "what asks AWS and GitHub. Run in the folder of keyless: pip install '.[aws,github]'"
        )
    except Exception as problem:  # what nobody foresaw must not end as a finding does
        frame = traceback.extract_tb(problem.__traceback__)[-1]
        at = f"{Path(frame.filename).name}:{frame.lineno}"
        found = f"{type(problem).__name__} at {at}, a mistake in this command"
        terminal.tell(_unusable(parsed.command, found))
    else:
        return status
    return ExitStatus.UNUSABLE


def _unusable(command: str, found: str) -> str:
    return (
        f"{command}: {found}. Nothing that it wrote can be relied on. Run it again once that is "
        "mended."
    )


def _discard_output() -> None:
    """Keep what is still to be written from failing once more when the process ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _chosen(words: Sequence[str]) -> str:
    """Return the command that is named; nothing but `--help` can stand before it."""
    return next((word for word in words if not word.startswith("-")), "")


def _parser(chosen: str) -> ArgumentParser:
    """Return the parser of the list of commands, and of all that the chosen one takes."""
    parser = ArgumentParser(
        prog="keyless",
        description="Show who can become what in AWS through GitHub Actions, and why.",
        epilog=_ENDINGS,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(
        title="commands", metavar="COMMAND", dest="command", required=True
    )
    for name, summary in COMMANDS.items():
        if name != chosen:
            commands.add_parser(name, help=summary)
            continue
        found = command(name)
        own = commands.add_parser(
            name,
            help=summary,
            description=found.description,
            epilog=_ENDINGS,
            formatter_class=RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        found.add_arguments(own)
        own.set_defaults(run=found.run)
    return parser
