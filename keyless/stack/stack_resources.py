"""Read the resources of a stack from what `pulumi` prints: what is there, or what would be.

Three shapes, seen with Pulumi 3.259: an exported state, the digest of `pulumi preview --json`, and
the events of a streamed preview. What a resource means is said by whoever reads it here.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from keyless.command_line.errors import CommandError
from keyless.command_line.input_file import file_label, read_bytes
from keyless.command_line.terminal import Terminal
from keyless.stack.pulumi_command import ask_pulumi, stack_label
from keyless.stack.pulumi_printed import (
    STACK_TYPE,
    STREAMING,
    Events,
    mapping,
    read_printed,
    refuse_errors,
)

Kind = Literal["state", "preview"]
Properties = Mapping[str, object]

_STATE = ("stack", "export")
_PREVIEW = ("preview", "--json")

_GOING = frozenset(
    {"delete", "delete-replaced", "discard-replaced", "remove-pending-replace", "replace"}
)
"""The steps of a preview that leave nothing behind, or whose result another step shows."""


@dataclass(frozen=True)
class StackResource:
    """One resource: `inputs` as the program gave them, `outputs` as they were last seen.

    `operation` is what a preview would do to it, None in a state. `id` is None before it is made.
    """

    urn: str
    type: str
    id: str | None
    inputs: Properties = field(repr=False)
    outputs: Properties = field(repr=False)
    operation: str | None = None

    @property
    def name(self) -> str:
        """The name of the resource in the stack, such as `storefront/environment/production`."""
        return self.urn.split("::", 3)[-1]

    @property
    def properties(self) -> Properties:
        """Inputs and outputs together: as last seen in a state, as planned in a preview."""
        if self.operation is None:
            return {**self.inputs, **self.outputs}
        return {**self.outputs, **self.inputs}

    @property
    def is_new(self) -> bool:
        """Whether a preview would create it."""
        return self.operation in {"create", "import"}


@dataclass(frozen=True)
class StackResources:
    """All resources of one stack; `stack` is None where there are none to tell."""

    label: str
    kind: Kind
    stack: str | None
    resources: tuple[StackResource, ...]

    def of_type(self, *types: str) -> Iterator[StackResource]:
        """Yield the resources of some types, in the order of the stack."""
        return (resource for resource in self.resources if resource.type in types)

    @property
    def access(self) -> object:
        """The output `access`, unread; None where there is none."""
        return next((r.outputs.get("access") for r in self.of_type(STACK_TYPE)), None)


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
    if arguments.preview and files:
        raise CommandError(
            "--preview: files are given too. It asks pulumi, and a file is read as it is. "
            "Leave one of them out."
        )
    found = [resources_of(file_label(file), read_bytes(file)) for file in files]
    asked: Sequence[str | None] = stacks or ([] if files else [None])
    for stack in asked:
        with terminal.waiting(f"asking pulumi for {stack_label(stack)}"):
            found.append(_ask(stack, preview=arguments.preview))
    return tuple(found)


def ask_preview(stack: str | None) -> StackResources:
    """Ask pulumi what the next `pulumi up` would leave. Raises CommandError."""
    return _ask(stack, preview=True)


def resources_of(label: str, content: bytes) -> StackResources:
    """Tell the shape of what was printed and return its resources.

    Raises CommandError, beginning with `label`, for everything else.
    """
    printed = read_printed(label, content)
    if isinstance(printed, Events):
        return _from_events(label, printed)
    decoded = mapping(printed)
    if "deployment" in decoded:
        listed = mapping(decoded["deployment"]).get("resources")
        return _stack(label, "state", (_resource(mapping(one), None) for one in _list(listed)))
    if "steps" in decoded or "changeSummary" in decoded:
        return _from_digest(label, decoded)
    raise CommandError(
        f"{label}: neither an exported state nor a preview. No resources can be found in it. "
        "Hand in what `pulumi stack export` or `pulumi preview --json` prints."
    )


def operation_of(step: Mapping[str, object]) -> str | None:
    """Return what a step of a preview would do; None for a step that does not say it in text."""
    return text_of(step, "op")


def is_going(state: Mapping[str, object], operation: str | None = None) -> bool:
    """Tell whether nothing is left of a resource, or another step shows what is.

    What a step does not say is taken as staying: a role too many is looked at, none is hidden.
    """
    return state.get("delete") is True or operation in _GOING


def text_of(properties: Properties, name: str) -> str | None:
    """Return a property that is text; None where it is absent, secret or something else."""
    value = properties.get(name)
    return value if isinstance(value, str) else None


def known_arn(properties: Properties) -> str | None:
    """Return the ARN of a resource; None while a streamed preview has a mark in its place."""
    arn = text_of(properties, "arn")
    return arn if arn and arn.startswith("arn:") else None


def _ask(stack: str | None, *, preview: bool) -> StackResources:
    printed = ask_pulumi(_PREVIEW, stack, STREAMING) if preview else ask_pulumi(_STATE, stack)
    return resources_of(stack_label(stack), printed)


def _from_digest(label: str, digest: Mapping[str, object]) -> StackResources:
    refuse_errors(label, _list(digest.get("diagnostics")))
    steps = [mapping(step) for step in _list(digest.get("steps"))]
    return _stack(
        label, "preview", (_resource(mapping(s.get("newState")), operation_of(s)) for s in steps)
    )


def _from_events(label: str, events: Events) -> StackResources:
    made = [
        mapping(mapping(event[name]).get("metadata"))
        for event in events.lines
        for name in ("resourcePreEvent", "resOutputsEvent")
        if name in event
    ]
    return _stack(
        label, "preview", (_resource(mapping(m.get("new")), operation_of(m)) for m in made)
    )


def _stack(label: str, kind: Kind, found: Iterable[StackResource | None]) -> StackResources:
    resources = {resource.urn: resource for resource in found if resource}
    stacks = {urn.split(":")[2] for urn in resources if urn.count(":") > 2}
    if len(stacks) > 1:
        raise CommandError(
            f"{label}: resources of {len(stacks)} stacks. A review compares one stack at a time. "
            "Hand in each stack's export as a file of its own."
        )
    return StackResources(label, kind, next(iter(stacks), None), tuple(resources.values()))


def _resource(state: Mapping[str, object], operation: str | None) -> StackResource | None:
    urn, kind = text_of(state, "urn"), text_of(state, "type")
    if not urn or not kind or is_going(state, operation):
        return None
    return StackResource(
        urn,
        kind,
        text_of(state, "id") or None,
        mapping(state.get("inputs")),
        mapping(state.get("outputs")),
        operation,
    )


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
