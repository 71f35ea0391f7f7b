"""Where a review's data comes from: a file, standard input, or a stack asked through `pulumi`.

What arrives is told apart by its shape, never by its file name. The digest is that of the bytes as
they arrived, so that anybody who has them can take it again.
"""

import hashlib
import json
import os
import shlex
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from review.errors import ReviewError
from review.pulumi_document import Document, Kind, read_document
from review.role import Role
from review.role_list import read_roles
from review.terminal import Terminal

LARGEST_BYTES = 256 * 1024 * 1024
"""Far above the state of thousands of repositories; a bound for what is read into memory."""

_STANDARD_INPUT = "-"
_OUTPUT = ("pulumi", "stack", "output", "access", "--json", "--non-interactive")
_PREVIEW = ("pulumi", "preview", "--json", "--non-interactive")
_STREAMING = {"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true"}


@dataclass(frozen=True)
class Source:
    """One place that roles were read from; `again` is a command that prints the same digest."""

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

    Raises ReviewError for the first that cannot be used, and for a role that two of them hold.
    """
    files: Sequence[str] = arguments.files
    stacks: Sequence[str | None] = arguments.stacks or ([] if files else [None])
    if arguments.preview and files:
        raise ReviewError(
            "--preview: files are given too. It asks pulumi, and a file is read as it is. "
            "Leave one of them out."
        )
    arrived = [_read_file(file) for file in files]
    for stack in stacks:
        with terminal.waiting(f"asking pulumi for {_stack_label(stack)}"):
            arrived.append(_ask_pulumi(stack, preview=arguments.preview))
    sources = tuple(_source(one) for one in arrived)
    _refuse_repeats(sources)
    return sources


def all_roles(sources: Sequence[Source]) -> tuple[Role, ...]:
    """Return the roles of every source in their order."""
    return tuple(role for source in sources for role in source.roles)


def _source(arrived: _Arrived) -> Source:
    document: Document = read_document(arrived.label, arrived.content)
    return Source(
        label=arrived.label,
        kind=document.kind,
        as_of=document.as_of,
        sha256=hashlib.sha256(arrived.content).hexdigest(),
        again=arrived.again,
        roles=read_roles(arrived.label, document.access),
    )


def _refuse_repeats(sources: Sequence[Source]) -> None:
    seen: dict[str, str] = {}
    for source in sources:
        for role in source.roles:
            if role.role_arn in seen:
                raise ReviewError(
                    f"{source.label}: {json.dumps(role.role_arn)} is in {seen[role.role_arn]} "
                    "already. It is unclear which of the two is true. Hand in each stack once."
                )
            seen[role.role_arn] = source.label


def _read_file(name: str) -> _Arrived:
    if name == _STANDARD_INPUT:
        return _Arrived("standard input", "sha256sum", _bounded(sys.stdin.buffer, "standard input"))
    try:
        with Path(name).open("rb") as file:
            content = _bounded(file, name)
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else problem
        raise ReviewError(
            f"{_printable(name)}: {reason}. There is nothing to review. Name a file that can be "
            "read, or - for standard input."
        ) from None
    return _Arrived(_printable(name), f"sha256sum {shlex.quote(_printable(name))}", content)


def _bounded(file: BinaryIO, label: str) -> bytes:
    content = file.read(LARGEST_BYTES + 1)
    if len(content) > LARGEST_BYTES:
        raise ReviewError(
            f"{_printable(label)}: more than {LARGEST_BYTES // 2**20} MiB. No stack's outputs are "
            "that large. Hand in the output access alone: pulumi stack output access --json."
        )
    return content


def _ask_pulumi(stack: str | None, *, preview: bool) -> _Arrived:
    command = [*(_PREVIEW if preview else _OUTPUT), *(("--stack", stack) if stack else ())]
    settings = _STREAMING if preview else {}
    content = _output_of(command, settings, _stack_label(stack))
    words = [f"{name}={value}" for name, value in settings.items()] + [shlex.join(command)]
    return _Arrived(_stack_label(stack), f"{' '.join(words)} | sha256sum", content)


def _output_of(command: Sequence[str], settings: Mapping[str, str], label: str) -> bytes:
    try:
        ended = subprocess.run(
            command,
            env={**os.environ, **settings},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise ReviewError(
            f'{label}: "pulumi" is not on PATH. The stack can only be asked through it. '
            "Install Pulumi, or hand in what it printed elsewhere with --from FILE."
        ) from None
    if ended.returncode != 0:
        raise ReviewError(
            f"{label}: `{shlex.join(command)}` ended with status {ended.returncode}"
            f"{_last_line(ended.stderr)}. Without it there is nothing to review. Make that "
            "command work, or hand in what it printed elsewhere with --from FILE."
        )
    return ended.stdout


def _stack_label(stack: str | None) -> str:
    return "the selected stack" if stack is None else f"stack {_printable(stack)}"


def _last_line(printed: bytes) -> str:
    lines = [line.strip() for line in printed.decode(errors="replace").splitlines()]
    last = next((line for line in reversed(lines) if line), "")
    return f": {json.dumps(_printable(last.rstrip('.')))}" if last else ""


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)[:300]
