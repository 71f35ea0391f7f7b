"""Find a stack's output `access` in what `pulumi` prints, whichever command printed it.

Five shapes, seen with Pulumi 3.259: the bare output, a mapping of all outputs, an exported state,
the events of a streamed preview, and the digest of a plain `pulumi preview --json`, which carries
no new outputs and is refused with the command that does. Not here: what the output holds.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from review.errors import ReviewError

Kind = Literal["outputs", "state", "preview"]
"""`outputs` and `state` say what the last `up` left; `preview` what the next would make."""

STREAMED_PREVIEW = "PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview --json"
_STACK_TYPE = "pulumi:pulumi:Stack"
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

    Raises ReviewError, beginning with `label`, for everything else.
    """
    document = _found(label, _decoded(label, content))
    if document.access == _HIDDEN or _SECRET_MARK in _mapping(document.access):
        raise ReviewError(
            f'{label}: the output "access" is a secret. A review cannot read it, and it holds '
            "nothing secret. Export it as it is, without pulumi.Output.secret."
        )
    return document


def _found(label: str, decoded: object) -> Document:
    if isinstance(decoded, _Events):
        return _from_events(label, decoded)
    if isinstance(decoded, list) or decoded == _HIDDEN:
        return Document("outputs", decoded)
    outer = _mapping(decoded)
    if "deployment" in outer:
        return _from_state(label, _mapping(outer["deployment"]))
    if "steps" in outer or "changeSummary" in outer:
        raise ReviewError(
            f"{label}: a preview without its outputs. `pulumi preview --json` leaves out what the "
            f"stack would tell. Take it anew with: {STREAMED_PREVIEW}."
        )
    if "access" in outer:
        return Document("outputs", outer["access"])
    raise ReviewError(
        f'{label}: no output "access" in it. It is neither a stack\'s outputs, nor an exported '
        "state, nor a streamed preview. Hand in what `pulumi stack output access --json` prints."
    )


def _from_state(label: str, deployment: Mapping[str, object]) -> Document:
    resources = deployment.get("resources")
    for resource in resources if isinstance(resources, list) else []:
        if _mapping(resource).get("type") == _STACK_TYPE:
            outputs = _mapping(_mapping(resource).get("outputs"))
            if "access" in outputs:
                taken = _mapping(deployment.get("manifest")).get("time")
                return Document("state", outputs["access"], _moment(taken))
    raise ReviewError(
        f'{label}: an exported state whose stack has no output "access". Nothing was provisioned '
        f"by this project yet. Run `pulumi up` first, or review a preview: {STREAMED_PREVIEW}."
    )


@dataclass(frozen=True)
class _Events:
    lines: tuple[Mapping[str, object], ...]


def _from_events(label: str, events: _Events) -> Document:
    ended = next((_mapping(e["summaryEvent"]) for e in events.lines if "summaryEvent" in e), {})
    if ended.get("result", "succeeded") != "succeeded" or not ended:
        raise ReviewError(
            f"{label}: the preview did not succeed. What it would make is not known in full. "
            "Mend what `pulumi preview` says and take it anew."
        )
    for event in reversed(events.lines):
        found = _stack_outputs(event)
        if "access" in found:
            planned = _mapping(event["resOutputsEvent"]).get("planning") is True
            kind: Kind = "preview" if planned else "outputs"
            return Document(kind, found["access"], _moment(event.get("timestamp")))
    raise ReviewError(
        f'{label}: events without an output "access". They are of another project, or of a command '
        f"that makes nothing. Take a preview of this project: {STREAMED_PREVIEW}."
    )


def _stack_outputs(event: Mapping[str, object]) -> Mapping[str, object]:
    metadata = _mapping(_mapping(event.get("resOutputsEvent")).get("metadata"))
    if metadata.get("type") != _STACK_TYPE:
        return {}
    return _mapping(_mapping(metadata.get("new")).get("outputs"))


def _decoded(label: str, content: bytes) -> object:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise ReviewError(
            f"{label}: byte {problem.start} is not UTF-8. Pulumi prints JSON in UTF-8. "
            "Hand in what it printed, unchanged."
        ) from None
    try:
        return _events(text) or json.loads(text)
    except (ValueError, RecursionError) as problem:
        where = f" at line {problem.lineno}" if isinstance(problem, json.JSONDecodeError) else ""
        what = "nested too deep" if isinstance(problem, RecursionError) else f"no JSON{where}"
        raise ReviewError(
            f"{label}: {what}. A review reads what pulumi prints with --json. "
            "Hand in what `pulumi stack output access --json` prints."
        ) from None


def _events(text: str) -> _Events | None:
    first = text.lstrip().partition("\n")[0]
    if not first.startswith('{"sequence"'):
        return None
    return _Events(tuple(_mapping(event) for event in _each_line(text)))


def _each_line(text: str) -> Iterator[object]:
    for line in text.split("\n"):
        if line.strip():
            yield json.loads(line)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


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
