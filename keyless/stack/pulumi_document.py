"""Find a stack's output `access` in what `pulumi` prints, whichever command printed it.

Five shapes, seen with Pulumi 3.259: the bare output, a mapping of all outputs, an exported state,
the events of a streamed preview, and the digest of a plain `pulumi preview --json`, which carries
no new outputs and is refused with the command that does. Not here: what the output holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from keyless.command_line.errors import CommandError
from keyless.stack.pulumi_printed import STACK_TYPE, Events, mapping, read_printed

Kind = Literal["outputs", "state", "preview"]
"""`outputs` and `state` say what the last `up` left; `preview` what the next would make."""

STREAMED_PREVIEW = "PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview --json"
_SECRET_MARK = "4dabf18193072939515e22adb298388d"  # noqa: S105 - the key that marks a secret
_HIDDEN = "[secret]"


@dataclass(frozen=True)
class Document:
    """The output `access`, unread, with what it was found in; `as_of` is ISO 8601 in UTC."""

    kind: Kind
    access: object
    as_of: str | None = None


def read_document(label: str, content: bytes) -> Document:
    """Tell the shape of what arrived and return its output `access`.

    Raises CommandError, beginning with `label`, for everything else.
    """
    document = _found(label, read_printed(label, content))
    if document.access == _HIDDEN or _SECRET_MARK in mapping(document.access):
        raise CommandError(
            f'{label}: the output "access" is a secret. A review cannot read it, and it holds '
            "nothing secret. Export it as it is, without pulumi.Output.secret."
        )
    return document


def _found(label: str, decoded: object) -> Document:
    if isinstance(decoded, Events):
        return _from_events(label, decoded)
    if isinstance(decoded, list) or decoded == _HIDDEN:
        return Document("outputs", decoded)
    outer = mapping(decoded)
    if "deployment" in outer:
        return _from_state(label, mapping(outer["deployment"]))
    if "steps" in outer or "changeSummary" in outer:
        raise CommandError(
            f"{label}: a preview without its outputs. `pulumi preview --json` leaves out what the "
            f"stack would tell. Take it anew with: {STREAMED_PREVIEW}."
        )
    if "access" in outer:
        return Document("outputs", outer["access"])
    raise CommandError(
        f'{label}: no output "access" in it. It is neither a stack\'s outputs, nor an exported '
        "state, nor a streamed preview. Hand in what `pulumi stack output access --json` prints."
    )


def _from_state(label: str, deployment: Mapping[str, object]) -> Document:
    resources = deployment.get("resources")
    for resource in resources if isinstance(resources, list) else []:
        if mapping(resource).get("type") == STACK_TYPE:
            outputs = mapping(mapping(resource).get("outputs"))
            if "access" in outputs:
                taken = mapping(deployment.get("manifest")).get("time")
                return Document("state", outputs["access"], _moment(taken))
    raise CommandError(
        f'{label}: an exported state whose stack has no output "access". Nothing was provisioned '
        f"by this project yet. Run `pulumi up` first, or review a preview: {STREAMED_PREVIEW}."
    )


def _from_events(label: str, events: Events) -> Document:
    for event in reversed(events.lines):
        found = _stack_outputs(event)
        if "access" in found:
            planned = mapping(event["resOutputsEvent"]).get("planning") is True
            kind: Kind = "preview" if planned else "outputs"
            return Document(kind, found["access"], _moment(event.get("timestamp")))
    raise CommandError(
        f'{label}: events without an output "access". They are of another project, or of a command '
        f"that makes nothing. Take a preview of this project: {STREAMED_PREVIEW}."
    )


def _stack_outputs(event: Mapping[str, object]) -> Mapping[str, object]:
    metadata = mapping(mapping(event.get("resOutputsEvent")).get("metadata"))
    if metadata.get("type") != STACK_TYPE:
        return {}
    return mapping(mapping(metadata.get("new")).get("outputs"))


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
