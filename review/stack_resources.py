"""Read the resources of a stack from what `pulumi` prints: what is there, or what would be.

Three shapes, seen with Pulumi 3.259: an exported state, the digest of `pulumi preview --json`, and
the events of a streamed preview. What a resource means is said by whoever reads it here.
"""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from review.errors import ReviewError
from review.input_file import file_label, read_text
from review.json_walk import no_json
from review.pulumi_command import ask_pulumi, stack_label
from review.terminal import Terminal

Kind = Literal["state", "preview"]
Properties = Mapping[str, object]

STACK_TYPE = "pulumi:pulumi:Stack"
_STATE = ("stack", "export")
_PREVIEW = ("preview", "--json")
_STREAMED = {"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true"}
"""With it a preview tells the stack's outputs, too."""

_SECRET_MARK = "4dabf18193072939515e22adb298388d"  # noqa: S105 - the key that marks a secret

GOING = frozenset(
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
        help="what `pulumi stack export` or `pulumi preview --json` printed; - for standard input",
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

    Raises ReviewError for the first that cannot be used.
    """
    files: Sequence[str] = arguments.files
    if arguments.preview and files:
        raise ReviewError(
            "--preview: files are given too. It asks pulumi, and a file is read as it is. "
            "Leave one of them out."
        )
    found = [resources_of(file_label(file), read_text(file)) for file in files]
    asked: Sequence[str | None] = stacks or ([] if files else [None])
    for stack in asked:
        with terminal.waiting(f"asking pulumi for {stack_label(stack)}"):
            found.append(_ask(stack, preview=arguments.preview))
    return tuple(found)


def ask_preview(stack: str | None) -> StackResources:
    """Ask pulumi what the next `pulumi up` would leave. Raises ReviewError."""
    return _ask(stack, preview=True)


def resources_of(label: str, text: str) -> StackResources:
    """Tell the shape of what was printed and return its resources.

    Raises ReviewError, beginning with `label`, for everything else.
    """
    decoded = _decoded(label, text)
    if isinstance(decoded, list):
        return _from_events(label, [_mapping(event) for event in decoded])
    if "deployment" in decoded:
        listed = _mapping(decoded["deployment"]).get("resources")
        return _stack(label, "state", (_resource(_mapping(one), None) for one in _list(listed)))
    if "steps" in decoded or "changeSummary" in decoded:
        return _from_digest(label, decoded)
    raise ReviewError(
        f"{label}: neither an exported state nor a preview. No resources can be found in it. "
        "Hand in what `pulumi stack export` or `pulumi preview --json` prints."
    )


def text_of(properties: Properties, name: str) -> str | None:
    """Return a property that is text; None where it is absent, secret or something else."""
    value = properties.get(name)
    return value if isinstance(value, str) else None


def _ask(stack: str | None, *, preview: bool) -> StackResources:
    printed = ask_pulumi(_PREVIEW, stack, _STREAMED) if preview else ask_pulumi(_STATE, stack)
    return resources_of(stack_label(stack), printed)


def _decoded(label: str, text: str) -> Mapping[str, object] | list[object]:
    try:
        if text.lstrip()[:11] == '{"sequence"':
            return [json.loads(line) for line in text.split("\n") if line.strip()]
        return _mapping(json.loads(text))
    except (ValueError, RecursionError) as problem:
        raise no_json(label, problem) from None


def _from_digest(label: str, digest: Mapping[str, object]) -> StackResources:
    for said in _list(digest.get("diagnostics")):
        if _mapping(said).get("severity") == "error":
            raise _failed(label)
    steps = [_mapping(step) for step in _list(digest.get("steps"))]
    return _stack(
        label, "preview", (_resource(_mapping(s.get("newState")), s.get("op")) for s in steps)
    )


def _from_events(label: str, events: Sequence[Mapping[str, object]]) -> StackResources:
    ended = next((_mapping(e["summaryEvent"]) for e in events if "summaryEvent" in e), {})
    if not ended or ended.get("result", "succeeded") != "succeeded":
        raise _failed(label)
    made = [
        _mapping(_mapping(event[name]).get("metadata"))
        for event in events
        for name in ("resourcePreEvent", "resOutputsEvent")
        if name in event
    ]
    return _stack(label, "preview", (_resource(_mapping(m.get("new")), m.get("op")) for m in made))


def _failed(label: str) -> ReviewError:
    return ReviewError(
        f"{label}: the preview did not succeed. What it would make is not known in full. "
        "Mend what `pulumi preview` says and take it anew."
    )


def _stack(label: str, kind: Kind, found: Iterable[StackResource | None]) -> StackResources:
    resources = {resource.urn: resource for resource in found if resource}
    stacks = {urn.split(":")[2] for urn in resources if urn.count(":") > 2}
    if len(stacks) > 1:
        raise ReviewError(
            f"{label}: resources of {len(stacks)} stacks. A review compares one stack at a time. "
            "Hand in each stack's export as a file of its own."
        )
    return StackResources(label, kind, next(iter(stacks), None), tuple(resources.values()))


def _resource(state: Mapping[str, object], operation: object) -> StackResource | None:
    urn, kind = text_of(state, "urn"), text_of(state, "type")
    if not urn or not kind or state.get("delete") is True or operation in GOING:
        return None
    return StackResource(
        urn,
        kind,
        text_of(state, "id") or None,
        _mapping(state.get("inputs")),
        _mapping(state.get("outputs")),
        operation if isinstance(operation, str) else None,
    )


def is_secret(value: object) -> bool:
    """Tell whether a property is kept as a secret, so that no review can read it."""
    return _SECRET_MARK in _mapping(value)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
