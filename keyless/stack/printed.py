"""Read what `pulumi` prints of a stack: the one reader of its shapes.

Seen with Pulumi 3.259: the bare output `access`, a mapping of all outputs, an exported state and
the file of a folder backend, the events of a streamed preview or update, and the digest of a plain
`pulumi preview --json`, which carries no new outputs. They are recognised by shape, never by a file
name. Not here: what a resource or the output means.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from keyless.command_line.errors import CommandError
from keyless.command_line.input_file import decode
from keyless.command_line.json_text import decode_json
from keyless.stack.resource import SECRET_MARK, StackResource, text_of

Kind = Literal["outputs", "state", "preview"]
"""`outputs` and `state` say what the last `up` left; `preview` what the next would make."""

STACK_TYPE = "pulumi:pulumi:Stack"
STREAMING = {"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true"}
"""With it in the environment a preview shows the stack's outputs, too."""

STREAMED_PREVIEW = "PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview --json"
_HIDDEN = "[secret]"
_NO_OUTPUT = {
    "outputs": 'no output "access" in it. It is neither a stack\'s outputs, nor an exported state, '
    "nor a streamed preview. Hand in what `pulumi stack output access --json` prints.",
    "state": 'an exported state whose stack has no output "access". Nothing was provisioned by '
    f"this project yet. Run `pulumi up` first, or take a preview: {STREAMED_PREVIEW}.",
    "events": 'events without an output "access". They are of another project, or of a command '
    f"that makes nothing. Take a preview of this project: {STREAMED_PREVIEW}.",
    "digest": "a preview without its outputs. `pulumi preview --json` leaves the stack's outputs "
    f"out. Take it anew with: {STREAMED_PREVIEW}.",
}
_GOING = frozenset(
    {"delete", "delete-replaced", "discard-replaced", "remove-pending-replace", "replace"}
)
"""The steps of a preview that leave nothing behind, or whose result another step shows."""


@dataclass(frozen=True, kw_only=True)
class Printed:
    """One stack as `pulumi` printed it.

    `resources` is None where only outputs were printed. `stack` is None where no URN names one.
    `as_of` is ISO 8601 in UTC.
    """

    label: str
    kind: Kind
    resources: tuple[StackResource, ...] | None
    outputs: Mapping[str, object] = field(repr=False)
    shape: Literal["outputs", "state", "events", "digest"]
    as_of: str | None = None

    @property
    def access(self) -> object:
        """The output `access`, unread. Raises CommandError where there is none to read."""
        if "access" not in self.outputs:
            raise CommandError(f"{self.label}: {_NO_OUTPUT[self.shape]}")
        access = self.outputs["access"]
        if access == _HIDDEN or SECRET_MARK in mapping(access):
            raise CommandError(
                f'{self.label}: the output "access" is a secret. A command cannot read it, and it '
                "contains nothing secret. Export it as it is, without pulumi.Output.secret."
            )
        return access


def read_printed(label: str, content: bytes) -> Printed:
    """Return the stack that was printed.

    Raises CommandError, beginning with `label`, for what is no JSON or of another shape, and for a
    run that failed.
    """
    text = decode(label, content)
    if is_streamed(text):
        return _from_events(label, text)
    decoded = decode_json(label, text)
    members = mapping(decoded)
    if "deployment" in members or "checkpoint" in members:
        return _from_state(label, members)
    if "steps" in members or "changeSummary" in members:
        return _from_digest(label, members)
    outputs = members if isinstance(decoded, dict) else {"access": decoded}
    if not isinstance(decoded, dict | list) and decoded != _HIDDEN:
        outputs = {}
    return Printed(label=label, kind="outputs", resources=None, outputs=outputs, shape="outputs")


def is_streamed(text: str) -> bool:
    """Tell whether a text is the events of a preview or update."""
    return text.lstrip().startswith('{"sequence"')


def deployed(label: str, where: str, deployment: object) -> Iterator[StackResource]:
    """Yield what an exported deployment, found at `where`, keeps.

    Raises CommandError for anything that is of another shape.
    """
    if not isinstance(deployment, dict):
        raise _misshapen(label, f"{where} is no object")
    if not isinstance(deployment.get("manifest", {}), dict):
        raise _misshapen(label, f"{where}.manifest is no object")
    if not deployment.keys() & {"manifest", "resources"}:
        raise _misshapen(label, f"{where} has neither resources nor a manifest")
    listed = f"{where}.resources"
    for number, state in enumerate(_list(label, listed, deployment), start=1):
        yield from _resource(label, f"entry {number} of {listed}", state, None)


def planned(label: str, where: str, step: object) -> Iterator[StackResource]:
    """Yield what one step of a preview's digest, found at `where`, would leave."""
    if not isinstance(step, dict):
        raise _misshapen(label, f"{where} is no object")
    if step.get("newState") is not None:
        operation = text_of(step, "op") or ""
        yield from _resource(label, f"newState of {where}", step["newState"], operation)


def refuse_errors(label: str, diagnostics: Iterable[object]) -> None:
    """Raise CommandError where what a preview said is an error."""
    if any(mapping(said).get("severity") == "error" for said in diagnostics):
        raise not_whole(label, "preview", "pulumi preview")


def not_whole(label: str, kind: str, command: str) -> CommandError:
    """Return the error for a preview or a plan that did not succeed."""
    return CommandError(
        f"{label}: the {kind} did not succeed. What it would make is not known in full. "
        f"Mend what `{command}` says and take it anew."
    )


def mapping(value: object) -> Mapping[str, object]:
    """Return a mapping as it is, and anything else as an empty one."""
    return value if isinstance(value, dict) else {}


def _from_state(label: str, members: Mapping[str, object]) -> Printed:
    """Read an export, or the file in which a folder backend keeps a stack."""
    where, deployment = "deployment", members.get("deployment")
    if "deployment" not in members:
        checkpoint = members["checkpoint"]
        where, deployment = "checkpoint.latest", mapping(checkpoint).get("latest")
        if not isinstance(checkpoint, dict) or not checkpoint.keys() & {"latest", "stack"}:
            raise _misshapen(label, "checkpoint has no stack")
        deployment = {"manifest": {}} if deployment is None else deployment
    resources = _of_one_stack(label, deployed(label, where, deployment))
    taken = mapping(mapping(deployment).get("manifest")).get("time")
    return Printed(
        label=label,
        kind="state",
        resources=resources,
        outputs=_outputs(resources),
        shape="state",
        as_of=_moment(taken),
    )


def _from_digest(label: str, members: Mapping[str, object]) -> Printed:
    refuse_errors(label, _list(label, "diagnostics", members))
    steps = enumerate(_list(label, "steps", members), start=1)
    found = (r for n, step in steps for r in planned(label, f"entry {n} of steps", step))
    return Printed(
        label=label,
        kind="preview",
        resources=_of_one_stack(label, found),
        outputs={},
        shape="digest",
    )


def _from_events(label: str, text: str) -> Printed:
    events = [mapping(decode_json(label, line)) for line in text.split("\n") if line.strip()]
    ended = next(
        (mapping(event["summaryEvent"]) for event in events if "summaryEvent" in event), {}
    )
    if not ended or ended.get("result", "succeeded") != "succeeded":
        raise not_whole(label, "preview", "pulumi preview")
    found: list[StackResource] = []
    kind: Kind = "preview"
    as_of = None
    for event, name in ((e, n) for e in events for n in ("resourcePreEvent", "resOutputsEvent")):
        metadata = mapping(mapping(event.get(name)).get("metadata"))
        new = metadata.get("new")
        if new is None:
            continue
        operation = text_of(metadata, "op") or ""
        made = list(_resource(label, f"event {event.get('sequence')}", new, operation))
        found += made
        if name == "resOutputsEvent" and any(each.type == STACK_TYPE for each in made):
            kind = "preview" if mapping(event[name]).get("planning") is True else "outputs"
            as_of = _moment(event.get("timestamp"))
    resources = _of_one_stack(label, found)
    return Printed(
        label=label,
        kind=kind,
        resources=resources,
        outputs=_outputs(resources),
        shape="events",
        as_of=as_of,
    )


def _outputs(resources: Iterable[StackResource]) -> Mapping[str, object]:
    return next((each.outputs for each in resources if each.type == STACK_TYPE), {})


def _of_one_stack(label: str, found: Iterable[StackResource]) -> tuple[StackResource, ...]:
    """Keep of each resource what was printed last. Raises CommandError for several stacks."""
    resources = {resource.urn: resource for resource in found}
    stacks = {urn.split(":")[2] for urn in resources if urn.count(":") > 2}
    if len(stacks) > 1:
        raise CommandError(
            f"{label}: resources of {len(stacks)} stacks. A command compares one stack at a time. "
            "Hand in each stack's export as a file of its own."
        )
    return tuple(resources.values())


def _resource(
    label: str, where: str, state: object, operation: str | None
) -> Iterator[StackResource]:
    """Yield a resource, unless nothing is left of it or another step shows what is.

    What a step does not say is taken as staying: a role too many is looked at, none is hidden.
    """
    if not isinstance(state, dict):
        raise _misshapen(label, f"{where} is no object")
    urn, kind = text_of(state, "urn"), text_of(state, "type")
    if not urn or not kind:
        raise _misshapen(label, f"{where} has no {'type' if urn else 'urn'}")
    if state.get("delete") is not True and operation not in _GOING:
        inputs, outputs = mapping(state.get("inputs")), mapping(state.get("outputs"))
        yield StackResource(
            urn=urn,
            type=kind,
            id=text_of(state, "id") or None,
            inputs=inputs,
            outputs=outputs,
            operation=operation,
        )


def _list(label: str, where: str, members: Mapping[str, object]) -> list[object]:
    """Return the list that the last name of `where` names, an empty one where it is absent."""
    value = members.get(where.rpartition(".")[2])
    if value is None:
        return []
    if not isinstance(value, list):
        raise _misshapen(label, f"{where} is no list")
    return value


def _misshapen(label: str, found: str) -> CommandError:
    return CommandError(
        f"{label}: {found}. Pulumi prints no such state or preview, so what is missing in it is "
        "not known. Hand in what `pulumi stack export` or a streamed preview printed, unchanged."
    )


def _moment(value: object) -> str | None:
    """Read a Unix time in seconds or an RFC 3339 time; whatever else is no time."""
    try:
        if isinstance(value, int):
            moment = datetime.fromtimestamp(value, UTC)
        elif isinstance(value, str):
            moment = datetime.fromisoformat(value)
        else:
            return None
    except (ValueError, OverflowError, OSError):
        return None
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
