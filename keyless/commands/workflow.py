"""`workflow`: the workflow that fits what is provisioned."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from keyless.command_line.command import Command, ExitStatus
from keyless.command_line.errors import CommandError
from keyless.command_line.terminal import Terminal
from keyless.command_line.written_file import write_whole
from keyless.stack.role import Role
from keyless.stack.selection import add_selection_arguments, select_roles
from keyless.stack.source import add_source_arguments, all_roles, read_sources
from keyless.text.printable import printable
from keyless.workflow.existing import checkout_of, existing_workflow
from keyless.workflow.proof import refused_events
from keyless.workflow.triggers import triggers_of
from keyless.workflow.workflow_file import WorkflowFile, workflow_files


def _add_arguments(parser: ArgumentParser) -> None:
    add_selection_arguments(parser, function=True)
    parser.add_argument(
        "--triggers-of",
        metavar="FILE",
        help="keep the triggers of this workflow of the repository; by default, with --write, "
        "those of the workflow there that names the role's environment, asks for AWS "
        "credentials or is named after a deployment, else every event that the role lets in, a "
        "push among them",
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
    default_branch, triggers = _triggers(arguments, roles, terminal)
    files = workflow_files(roles, triggers)
    if arguments.write:
        _write(arguments.write, files, terminal)
    elif arguments.json:
        terminal.write_json([asdict(file) for file in files])
    else:
        terminal.write("---\n".join(file.text for file in files))
    refused = list(refused_events(files, roles, default_branch))
    for file, says in refused:
        terminal.tell(f"{printable(file.path)}: {says}")
    return ExitStatus.FINDINGS if refused else ExitStatus.CLEAN


def _triggers(
    arguments: Namespace, roles: Sequence[Role], terminal: Terminal
) -> tuple[str, Mapping[str, str]]:
    """Return the default branch as far as it is known, and the triggers to keep by role."""
    checkout = checkout_of(arguments.write, roles[0]) if arguments.write else None
    branch = checkout.default_branch if checkout else "main"
    if arguments.triggers_of:
        kept = triggers_of(arguments.triggers_of)
        return branch, {role.role_arn: kept for role in roles}
    if checkout is None:
        return branch, {}
    for file in checkout.unreadable:
        where = printable(str(arguments.write / file.path))
        terminal.tell(f"{where}:{file.line}: not looked at for triggers to keep: {file.says}")
    found: dict[str, str] = {}
    for role in roles:
        path = existing_workflow(checkout, role, roles)
        if path is not None:
            where = str(arguments.write / path)
            found[role.role_arn] = triggers_of(where)
            terminal.tell(f"{printable(where)}: {role.role_name} keeps its triggers")
    return branch, found


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
