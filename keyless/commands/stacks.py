"""`stacks`: the stacks that a pipeline runs, and in which order."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from keyless.command_line.command import Command, ExitStatus
from keyless.command_line.errors import CommandError
from keyless.command_line.terminal import Terminal
from keyless.estate.naming import stack_in_variables
from keyless.stacks.changes import changed_since
from keyless.stacks.listing import Stack, stack_of_file, stacks_of
from keyless.text.printable import printable
from keyless.text.sentences import quoted

_VERSION = 1


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--folder", type=Path, default=Path(), help="the project's folder; by default this one"
    )
    parser.add_argument(
        "--changed-since",
        metavar="REVISION",
        help="only stacks that a difference from this commit of git concerns: their files, their "
        "catalogues, their settings of the pack, or code, which concerns all",
    )
    parser.add_argument(
        "--wave",
        dest="waves",
        metavar="PATTERN",
        action="append",
        default=[],
        help="stacks that run together, as staging*; several run one after the other, in the order "
        "given, and each stack has to match one. By default all run together",
    )
    parser.add_argument("--json", action="store_true", help="write JSON to standard output")


def _run(arguments: Namespace, terminal: Terminal) -> ExitStatus:
    folder: Path = arguments.folder
    every = stacks_of(folder)
    if not every:
        raise CommandError(
            f"{folder}: no file Pulumi.STACK.yaml. There is no stack to run. Name a project's "
            "folder with --folder."
        )
    waves = _waves(every, arguments.waves)
    revision = arguments.changed_since
    changed = None if revision is None else changed_since(folder, revision)
    reasons = _reasons(every, changed)
    removed = sorted({name for file in changed or () if (name := _removed(file, folder))})
    if arguments.json:
        terminal.write_json(_listing(every, waves, reasons, removed))
        return ExitStatus.CLEAN
    for wave, stack in sorted((waves[s.name], s.name) for s in every if s.name in reasons):
        why = reasons[stack]
        more = f" and {len(why) - 1} more" if len(why) > 1 else ""
        terminal.write(f"{wave} {stack}{': ' + printable(why[0]) if why else ''}{more}")
    for name in removed:
        terminal.write(f"removed: {name}. Nothing destroys what its stack has made.")
    return ExitStatus.CLEAN


def _waves(every: Sequence[Stack], patterns: Sequence[str]) -> dict[str, int]:
    """Return each stack's wave, from 1; the first pattern that matches decides."""
    found = {
        stack.name: number
        for stack in every
        for number, pattern in reversed(list(enumerate(patterns or ["*"], 1)))
        if fnmatchcase(stack.name, pattern)
    }
    if left := [stack.name for stack in every if stack.name not in found]:
        more = f" and {len(left) - 1} more" if len(left) > 1 else ""
        raise CommandError(
            f"--wave: no pattern matches the stack {quoted(left[0])}{more}. A stack without a wave "
            "would never run. Add a pattern, such as --wave '*' at the end."
        )
    return found


def _reasons(every: Sequence[Stack], changed: frozenset[str] | None) -> dict[str, tuple[str, ...]]:
    """Return the stacks to run, each with the files that concern it."""
    if changed is None:
        return {stack.name: () for stack in every}
    of_some_stack = {file for file in changed if stack_of_file(file)}
    owned = frozenset(of_some_stack.union(*(stack.files or () for stack in every)))
    files = {stack.name: tuple(sorted(stack.why_changed(changed, owned))) for stack in every}
    return {name: why for name, why in files.items() if why}


def _removed(file: str, folder: Path) -> str | None:
    is_stack_file = file.startswith("Pulumi.") and not (folder / file).exists()
    return stack_of_file(file) if is_stack_file else None


def _listing(
    every: Sequence[Stack],
    waves: dict[str, int],
    reasons: dict[str, tuple[str, ...]],
    removed: Sequence[str],
) -> dict[str, object]:
    return {
        "version": _VERSION,
        "waves": [
            [
                {
                    "stack": stack.name,
                    "account": stack.account,
                    "region": stack.region,
                    "environment": stack.environment,
                    "name_in_variables": stack_in_variables(stack.name),
                    "changed": list(reasons[stack.name]),
                }
                for stack in every
                if stack.name in reasons and waves[stack.name] == wave
            ]
            for wave in range(1, max(waves.values()) + 1)
        ],
        "removed": list(removed),
    }


COMMAND = Command(
    description="List the stacks of a project in the order in which a pipeline runs them, or those "
    "alone that a\nchange concerns. A file that belongs to no stack is code, and concerns every "
    "stack; pages, tests\nand the sandbox concern none.",
    add_arguments=_add_arguments,
    run=_run,
)
