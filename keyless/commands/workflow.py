"""`workflow`: the workflow that fits what is provisioned."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from keyless.command_line.command import Command, ExitStatus
from keyless.command_line.errors import CommandError
from keyless.command_line.terminal import Terminal
from keyless.command_line.written_file import write_whole
from keyless.stack.selection import add_selection_arguments, select_roles
from keyless.stack.source import add_source_arguments, all_roles, read_sources
from keyless.text.printable import printable
from keyless.workflow.triggers import triggers_of
from keyless.workflow.workflow_file import WorkflowFile, workflow_files


def _add_arguments(parser: ArgumentParser) -> None:
    add_selection_arguments(parser, function=True)
    parser.add_argument(
        "--triggers-of",
        metavar="FILE",
        help="keep the triggers of this workflow of the repository; by default the file begins "
        "with every event that the role lets in, a push among them",
    )
    add_source_arguments(parser)
    group = parser.add_argument_group(
        "what comes out", "The files, unless something else is asked."
    )
    group.add_argument("--json", action="store_true", help="write JSON to standard output")
    group.add_argument(
        "--write",
        metavar="FOLDER",
        type=Path,
        help="write the repository's files into this checkout of it; none is overwritten",
    )


def _run(arguments: Namespace, terminal: Terminal) -> ExitStatus:
    roles = select_roles(all_roles(read_sources(arguments, terminal)), arguments)
    triggers = triggers_of(arguments.triggers_of) if arguments.triggers_of else None
    files = workflow_files(roles, triggers)
    if arguments.write:
        _write(arguments.write, files, terminal)
    elif arguments.json:
        terminal.write_json([asdict(file) for file in files])
    else:
        terminal.write("---\n".join(file.text for file in files))
    return ExitStatus.CLEAN


def _write(checkout: Path, files: Sequence[WorkflowFile], terminal: Terminal) -> None:
    own = [file for file in files if file.ref is None]
    for file in own:
        if (checkout / file.path).exists():
            raise CommandError(
                f"{_label(checkout, file)}: there is a file already. Somebody may have changed it. "
                "Move it away, or compare it with what this command prints without --write."
            )
    for file in own:
        write_whole(checkout / file.path, file.text)
        terminal.tell(f"{_label(checkout, file)}: written")
    for file in files:
        if file.ref is not None:
            where = json.dumps(f"{file.repository}/{file.path}@{file.ref}")
            terminal.tell(f"{where}: not written, it belongs there; print it without --write")


def _label(checkout: Path, file: WorkflowFile) -> str:
    return printable(str(checkout / file.path))


COMMAND = Command(
    description="Write the workflow for each role that is named: its place, its variable, its "
    "duration,\nand no right beyond what it takes to become the role. Several files are printed "
    "as YAML documents.",
    add_arguments=_add_arguments,
    run=_run,
)
