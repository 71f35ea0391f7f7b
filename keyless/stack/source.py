"""Where a review's data comes from: a file, standard input, or a stack asked through `pulumi`.

What arrives is recognised by its shape, never by its file name. The digest is that of the bytes as
they arrived, so that anybody who has them can take it again.
"""

import hashlib
import json
import shlex
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from keyless.command_line.errors import CommandError
from keyless.command_line.input_file import file_label, read_bytes
from keyless.command_line.terminal import Terminal
from keyless.stack.printed import STREAMING, Kind, read_printed
from keyless.stack.pulumi_command import ask_pulumi, command_line, stack_label
from keyless.stack.resources import refuse_files_with_preview
from keyless.stack.role import Role
from keyless.stack.role_list import read_roles

_OUTPUT = ("stack", "output", "access", "--json")
_PREVIEW = ("preview", "--json")
_PIPED = "not kept: it came from a pipe; keep it in a file and name that with --from"
_PREVIEWED = "not kept: each preview is another text; keep one in a file and name that with --from"


@dataclass(frozen=True)
class Source:
    """One place that roles were read from.

    `again` is a command that prints the same digest, or says why none does.
    """

    label: str
    kind: Kind
    as_of: str | None
    sha256: str
    again: str
    roles: tuple[Role, ...]


@dataclass(frozen=True)
class _Arrived:
    label: str
    again: str
    content: bytes


def add_source_arguments(parser: ArgumentParser) -> None:
    """Declare where a command's data comes from."""
    group = parser.add_argument_group(
        "where the data comes from",
        "By default the stack that is selected in this folder. Several sources make one review.",
    )
    group.add_argument(
        "--from",
        dest="files",
        metavar="FILE",
        action="append",
        default=[],
        help="what `pulumi stack output access --json`, `pulumi stack output --json`, `pulumi "
        "stack export` or a streamed preview printed; - for standard input",
    )
    group.add_argument(
        "--stack",
        dest="stacks",
        metavar="NAME",
        action="append",
        default=[],
        help="ask pulumi for the outputs of this stack",
    )
    group.add_argument(
        "--preview",
        action="store_true",
        help="ask for what the next `pulumi up` would make, instead of what is there",
    )


def read_sources(arguments: Namespace, terminal: Terminal) -> tuple[Source, ...]:
    """Read every source that was asked for.

    Raises CommandError for the first that cannot be used, and for a role that two of them hold.
    """
    files: Sequence[str] = arguments.files
    stacks: Sequence[str | None] = arguments.stacks or ([] if files else [None])
    refuse_files_with_preview(arguments)
    arrived = [_read_file(file) for file in files]
    for stack in stacks:
        with terminal.waiting(f"asking pulumi for {stack_label(stack)}"):
            arrived.append(_ask_pulumi(stack, preview=arguments.preview))
    sources = tuple(_source(one) for one in arrived)
    _refuse_repeats(sources)
    return sources


def all_roles(sources: Sequence[Source]) -> tuple[Role, ...]:
    """Return the roles of every source in their order."""
    return tuple(role for source in sources for role in source.roles)


def _source(arrived: _Arrived) -> Source:
    printed = read_printed(arrived.label, arrived.content)
    return Source(
        label=arrived.label,
        kind=printed.kind,
        as_of=printed.as_of,
        sha256=hashlib.sha256(arrived.content).hexdigest(),
        again=arrived.again,
        roles=read_roles(arrived.label, printed.access),
    )


def _refuse_repeats(sources: Sequence[Source]) -> None:
    seen: dict[str, str] = {}
    for source in sources:
        for role in source.roles:
            if role.role_arn in seen:
                raise CommandError(
                    f"{source.label}: {json.dumps(role.role_arn)} is in {seen[role.role_arn]} "
                    "already. It is unclear which of the two is true. Hand in each stack once."
                )
            seen[role.role_arn] = source.label


def _read_file(name: str) -> _Arrived:
    label, content = file_label(name), read_bytes(name)
    again = f"sha256sum {shlex.quote(label)}" if Path(name).is_file() else _PIPED
    return _Arrived(label, again, content)


def _ask_pulumi(stack: str | None, *, preview: bool) -> _Arrived:
    if preview:
        return _Arrived(stack_label(stack), _PREVIEWED, ask_pulumi(_PREVIEW, stack, STREAMING))
    again = f"{shlex.join(command_line(_OUTPUT, stack))} | sha256sum"
    return _Arrived(stack_label(stack), again, ask_pulumi(_OUTPUT, stack))
