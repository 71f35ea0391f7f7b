"""`check`: the mistakes of stack files and of the pack's settings, before any engine runs."""

import re
import shlex
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from keyless.check.mistakes import Checked, check_stack
from keyless.command_line.command import Command, ExitStatus
from keyless.command_line.errors import CommandError
from keyless.command_line.sarif import FileFinding, annotations, sarif_log
from keyless.command_line.terminal import Terminal
from keyless.estate.reading.remarks import remarks
from keyless.text.sentences import quoted

_FILE = re.compile(r"Pulumi\.(.+)\.yaml")
_VERSION = 1
_RULE = "stack-file"
_RULES = {_RULE: "A stack file or one of its catalogues has a mistake."}


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "stacks",
        metavar="STACK",
        nargs="*",
        help="the stack of Pulumi.STACK.yaml, or that file's name; by default every stack of the "
        "folder",
    )
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(),
        help="the project's folder; by default this one",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="write JSON to standard output")
    form.add_argument("--sarif", action="store_true", help="write SARIF 2.1.0 to standard output")
    form.add_argument(
        "--annotations", action="store_true", help="write workflow commands, for GitHub Actions"
    )


def _run(arguments: Namespace, terminal: Terminal) -> ExitStatus:
    folder: Path = arguments.folder
    found = {stack: check_stack(folder, stack) for stack in _stacks(folder, arguments.stacks)}
    if arguments.json:
        terminal.write_json(_listing(found))
    elif arguments.sarif:
        terminal.write_json(sarif_log(_RULES, _findings(folder, found)))
    elif arguments.annotations:
        terminal.write_lines(annotations(_findings(folder, found)))
    else:
        for stack, checked in found.items():
            _show(stack, checked, terminal)
    wrong = any(checked.mistakes for checked in found.values())
    return ExitStatus.FINDINGS if wrong else ExitStatus.CLEAN


def _stacks(folder: Path, named: Sequence[str]) -> Sequence[str]:
    if named:
        return [_stack(name) for name in named]
    files = sorted(folder.glob("Pulumi.*.yaml"))
    if not files:
        raise CommandError(
            f"{folder}: no file Pulumi.STACK.yaml. There is nothing to check. Run it in a "
            "project's folder, or name one with --folder."
        )
    return [_stack(file.name) for file in files]


def _stack(name: str) -> str:
    """Return a stack's name, which its file's name contains.

    Raises CommandError for a path.
    """
    folder, _, file = name.rpartition("/")
    found = _FILE.fullmatch(file)
    if folder:
        raise CommandError(
            f"check: {quoted(name)} is a path. A stack is named by itself. Write: keyless check "
            f"{found[1] if found else 'STACK'} --folder {shlex.quote(folder)}"
        )
    return found[1] if found else name


def _show(stack: str, checked: Checked, terminal: Terminal) -> None:
    for mistake in checked.mistakes:
        place = f"{mistake.file}:{mistake.line}:{mistake.column}"
        terminal.write(f"{place}: {mistake.sentence}")
    if checked.settings:
        for remark in remarks(checked.settings, datetime.now(UTC).date()):
            terminal.write(f"remark: {remark.sentence}")
    number = len(checked.mistakes)
    said = "no mistake" if not number else f"{number} mistake{'s' if number > 1 else ''}"
    terminal.write(f"stack {stack}: {said}")


def _findings(folder: Path, found: Mapping[str, Checked]) -> Iterator[FileFinding]:
    """Yield each mistake once: two stacks can have one catalogue."""
    every = (mistake for checked in found.values() for mistake in checked.mistakes)
    for mistake in dict.fromkeys(every):
        yield FileFinding(
            rule=_RULE,
            level="error",
            text=mistake.sentence,
            file=(folder / mistake.file).as_posix(),
            line=mistake.line,
            about=mistake.sentence,
            column=mistake.column,
        )


def _listing(found: dict[str, Checked]) -> dict[str, object]:
    return {
        "version": _VERSION,
        "stacks": {
            stack: {"mistakes": [asdict(mistake) for mistake in checked.mistakes]}
            for stack, checked in found.items()
        },
    }


COMMAND = Command(
    description="Read stack files, their catalogues and the policy pack's settings of them, and "
    "say every mistake\nwith its file, line and column; sessions, boundaries, managed policies, "
    "issuers and environments that\nthe settings do not let pass are among them. What could lead a "
    "provider elsewhere, a duplicate key\nand a secret come alone, and the rest once they are "
    "mended. No engine and no network are needed:\npreview compares what only GitHub and AWS know.",
    add_arguments=_add_arguments,
    run=_run,
)
