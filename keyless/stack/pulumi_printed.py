"""Decode what `pulumi` prints: one JSON value, or the events of a streamed preview or update."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from keyless.command_line.errors import CommandError
from keyless.command_line.input_file import decode
from keyless.command_line.json_text import decode_json

STACK_TYPE = "pulumi:pulumi:Stack"
STREAMING = {"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true"}
"""With it in the environment a preview tells the stack's outputs, too."""


@dataclass(frozen=True)
class Events:
    """The events of a preview or update that succeeded, one a line."""

    lines: tuple[Mapping[str, object], ...]


def read_printed(label: str, content: bytes) -> object:
    """Return `Events`, or the decoded value.

    Raises CommandError, beginning with `label`, for what is no JSON, and for a run that failed.
    """
    text = decode(label, content)
    if not is_streamed(text):
        return decode_json(label, text)
    lines = tuple(mapping(decode_json(label, line)) for line in text.split("\n") if line.strip())
    ended = next((mapping(event["summaryEvent"]) for event in lines if "summaryEvent" in event), {})
    if not ended or ended.get("result", "succeeded") != "succeeded":
        raise not_whole(label, "preview", "pulumi preview")
    return Events(lines)


def is_streamed(text: str) -> bool:
    """Tell whether a text is the events of a preview or update."""
    return text.lstrip().startswith('{"sequence"')


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
