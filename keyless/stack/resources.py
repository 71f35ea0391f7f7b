"""The resources of stacks: from files that `pulumi` printed, or asked through it."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from keyless.command_line.errors import CommandError
from keyless.command_line.input_file import file_label, read_bytes
from keyless.command_line.terminal import Terminal
from keyless.stack.printed import STREAMING, Kind, Printed, read_printed
from keyless.stack.pulumi_command import ask_pulumi, stack_label
from keyless.stack.resource import StackResource
from keyless.stack.role import Role
from keyless.stack.role_list import read_roles

_STATE = ("stack", "export")
_PREVIEW = ("preview", "--json")


@dataclass(frozen=True, kw_only=True)
class StackResources:
    """All resources of one stack, and the roles of its output `access`, if it has that output.

    `stack` is None where no resource names it.
    """

    label: str
    kind: Kind
    stack: str | None
    resources: tuple[StackResource, ...]
    described: tuple[Role, ...] = field(default=(), repr=False)

    def of_type(self, *types: str) -> Iterator[StackResource]:
        """Yield the resources of some types, in the order of the stack."""
        return (resource for resource in self.resources if resource.type in types)


def add_resources_arguments(parser: ArgumentParser) -> None:
    """Declare where a command's resources come from, but for the names of stacks."""
    group = parser.add_argument_group("where the data comes from")
    group.add_argument(
        "--from",
        dest="files",
        metavar="FILE",
        action="append",
        default=[],
        help="what `pulumi stack export` or a streamed preview printed; - for standard input",
    )
    group.add_argument(
        "--preview",
        action="store_true",
        help="ask for what the next `pulumi up` would leave, instead of what the last one left",
    )


def read_resources(
    arguments: Namespace, stacks: Sequence[str], terminal: Terminal
) -> tuple[StackResources, ...]:
    """Read every stack that was asked for: files, named stacks, or the one that is selected.

    Raises CommandError for the first that cannot be used.
    """
    files: Sequence[str] = arguments.files
    refuse_files_with_preview(arguments)
    found = [_resources_of(read_printed(file_label(file), read_bytes(file))) for file in files]
    asked: Sequence[str | None] = stacks or ([] if files else [None])
    for stack in asked:
        with terminal.waiting(f"asking pulumi for {stack_label(stack)}"):
            found.append(_ask(stack, preview=arguments.preview))
    return tuple(found)


def refuse_files_with_preview(arguments: Namespace) -> None:
    """Raise CommandError where a file is named and pulumi is to be asked for a preview."""
    if arguments.preview and arguments.files:
        raise CommandError(
            "--preview: files are given too. It asks pulumi, and a file is read as it is. "
            "Leave one of them out."
        )


def ask_preview(stack: str | None) -> StackResources:
    """Ask pulumi what the next `pulumi up` would leave. Raises CommandError."""
    return _ask(stack, preview=True)


def _ask(stack: str | None, *, preview: bool) -> StackResources:
    printed = ask_pulumi(_PREVIEW, stack, STREAMING) if preview else ask_pulumi(_STATE, stack)
    return _resources_of(read_printed(stack_label(stack), printed))


def _resources_of(printed: Printed) -> StackResources:
    if printed.resources is None:
        raise CommandError(
            f"{printed.label}: neither an exported state nor a preview. No resources can be found "
            "in it. Hand in what `pulumi stack export` or `pulumi preview --json` prints."
        )
    named = (resource.urn.split(":") for resource in printed.resources)
    stack = next((parts[2] for parts in named if len(parts) > 3), None)
    described: tuple[Role, ...] = ()
    if "access" in printed.outputs:
        described = read_roles(printed.label, printed.access)
    return StackResources(
        label=printed.label,
        kind=printed.kind,
        stack=stack,
        resources=printed.resources,
        described=described,
    )
