"""`access`: which role each repository and context reaches, through whose approval."""

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from keyless.access_map.findings import findings_of
from keyless.access_map.html import as_html
from keyless.access_map.listing import as_listing
from keyless.access_map.markdown import as_markdown
from keyless.access_map.text import as_text
from keyless.command_line.command import Command, ExitStatus
from keyless.command_line.errors import CommandError
from keyless.command_line.terminal import Terminal
from keyless.command_line.written_file import write_whole
from keyless.stack.source import Source, add_source_arguments, all_roles, read_sources
from keyless.text.printable import printable


def _add_arguments(parser: ArgumentParser) -> None:
    add_source_arguments(parser)
    group = parser.add_argument_group("what comes out", "A table, unless something else is asked.")
    group.add_argument("--json", action="store_true", help="write JSON to standard output")
    group.add_argument(
        "--markdown", metavar="FILE", type=Path, help="write evidence for an audit folder"
    )
    group.add_argument("--html", metavar="FILE", type=Path, help="write a page to open and search")


def _run(arguments: Namespace, terminal: Terminal) -> ExitStatus:
    _refuse_overwriting(arguments)
    sources = read_sources(arguments, terminal)
    now = datetime.now(UTC)
    files: dict[Path, Callable[[Sequence[Source], datetime], str]] = {}
    if arguments.markdown:
        files[arguments.markdown] = as_markdown
    if arguments.html:
        files[arguments.html] = as_html
    for file, render in files.items():
        write_whole(file, render(sources, now))
        terminal.tell(f"{printable(str(file))}: written, {len(all_roles(sources))} roles")
    if arguments.json:
        terminal.write_json(as_listing(sources))
    elif not files:
        terminal.show(as_text(sources))
    loose = [s for role in all_roles(sources) for s in findings_of(role) if s.kind.grade == "loose"]
    return ExitStatus.FINDINGS if loose else ExitStatus.CLEAN


def _refuse_overwriting(arguments: Namespace) -> None:
    """Raise CommandError for a file to write that is read, or written as something else, too."""
    taken = {os.path.realpath(name) for name in arguments.files}
    for file in filter(None, (arguments.markdown, arguments.html)):
        place = os.path.realpath(file)
        if place in taken:
            raise CommandError(
                f"{printable(str(file))}: is named twice. What was there would be lost. "
                "Name another file to write to."
            )
        taken.add(place)


COMMAND = Command(
    description="Show each repository and context: the role, who approves, from which branches "
    "and tags,\nwhat it may do and for how long. Findings are marked, and end with status 1.",
    add_arguments=_add_arguments,
    run=_run,
)
