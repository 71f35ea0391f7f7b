"""`migrate`: a team's own workflow with a role in place of its stored keys."""

import difflib
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from keyless.command_line.command import Command, ExitStatus
from keyless.command_line.errors import CommandError
from keyless.command_line.terminal import Terminal
from keyless.command_line.written_file import write_whole
from keyless.commands.jobs import add_entries_arguments, entries_of
from keyless.text.printable import printable

if TYPE_CHECKING:
    from keyless.jobs.checkout import Checkout
    from keyless.jobs.stack_roles import StackRepository

_FOLDER = (".github", "workflows")


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FILE", help="a workflow of a checkout: CHECKOUT/.github/workflows/NAME"
    )
    parser.add_argument(
        "--job",
        dest="jobs",
        metavar="NAME",
        action="append",
        default=[],
        help="a job to migrate, several times for several; by default every job with a stored key",
    )
    parser.add_argument(
        "--role",
        metavar="NAME",
        help="the role to take, by its name or its function; by default the one that lets every "
        "run of the job in",
    )
    add_entries_arguments(parser)
    group = parser.add_argument_group("what comes out", "A diff, unless something else is asked.")
    group.add_argument("--write", action="store_true", help="write the files")


def _run(arguments: Namespace, terminal: Terminal) -> ExitStatus:
    from keyless.migrate.migration import NotMigratedError, migrate

    root, path = _place(arguments.file)
    entries = entries_of(arguments, terminal)
    checkout = _checkout(root, path, arguments, entries)
    entry = _entry(checkout, entries)
    try:
        found = migrate(checkout, path, entry, jobs=arguments.jobs, role=arguments.role)
    except NotMigratedError as refused:
        raise CommandError(str(refused)) from None
    before = {name: checkout.read(name) or b"" for name in found.files}
    if arguments.write:
        _write(root, before, found.files)
    for name, content in found.files.items():
        if arguments.write:
            terminal.tell(f"{printable(str(root / name))}: written")
        else:
            terminal.write("".join(_diff(name, before[name], content)))
    for note in found.notes:
        terminal.tell(f"{note}.")
    if not found.files:
        what = "no key is replaced" if found.notes else "no job has a stored key that is known"
        terminal.tell(f"{printable(path)}: {what}. Nothing changes.")
    return ExitStatus.CLEAN


def _write(root: Path, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> None:
    """Write all files or none. Raises CommandError."""
    written: list[str] = []
    try:
        for name, content in after.items():
            write_whole(root / name, content.decode())
            written.append(name)
    except CommandError:
        for name in written:
            write_whole(root / name, before[name].decode())
        raise


def _place(name: str) -> tuple[Path, str]:
    """Return the checkout that a file is in, and its path there."""
    file = Path(name).absolute()
    if not file.is_file():
        raise CommandError(
            f"{printable(name)}: no file. A workflow is read from a checkout. Name "
            "CHECKOUT/.github/workflows/NAME."
        )
    if file.parts[-3:-1] != _FOLDER or file.suffix not in (".yml", ".yaml"):
        raise CommandError(
            f"{printable(name)}: not in .github/workflows of a checkout. GitHub runs workflows "
            "from there, and a composite action is changed with the workflow that uses it. Name "
            "that workflow."
        )
    return file.parents[2], "/".join(file.parts[-3:])


def _checkout(
    root: Path, path: str, arguments: Namespace, entries: "Sequence[StackRepository]"
) -> "Checkout":
    from keyless.jobs.checkout import read_checkouts

    owner = entries[0].identity.owner if entries else None
    (checkout,) = read_checkouts([str(root)], arguments.repository, arguments.default_branch, owner)
    for file in checkout.unreadable:
        if file.path == path:
            raise CommandError(f"{printable(path)}:{file.line}: {file.says}")
    if path not in checkout.workflows:
        raise CommandError(
            f"{printable(path)}: in a folder that is a link. GitHub follows none, and runs no "
            "workflow by it. Put there what it leads to."
        )
    return checkout


def _entry(checkout: "Checkout", entries: "Sequence[StackRepository]") -> "StackRepository":
    name = checkout.repository.casefold()
    for entry in entries:
        if entry.identity.full_name.casefold() == name:
            return entry
    raise CommandError(
        f"{printable(checkout.repository)}: not in the stack. There is no role to become. Onboard "
        "the repository first, or write --repository OWNER/NAME."
    )


def _diff(name: str, before: bytes, after: bytes) -> Iterator[str]:
    """Yield a unified diff, as `patch` and `git apply` take it."""
    old, new = (_lines(content) for content in (before, after))
    for line in difflib.unified_diff(old, new, f"a/{name}", f"b/{name}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(content: bytes) -> list[str]:
    parts = content.decode().split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


COMMAND = Command(
    description="Rewrite a team's own workflow: in place of its stored AWS keys each job gets the "
    "environment of its\nrole, `id-token: write`, and a step that becomes the role. The rest of "
    "the file stays byte for\nbyte. What is written was read by `jobs` first: every run of the "
    "job gets in. A diff is printed,\nunless --write is given.",
    add_arguments=_add_arguments,
    run=_run,
)
