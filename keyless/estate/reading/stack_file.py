"""Read a stack file, `Pulumi.STACK.yaml`, as Pulumi hands its config to the program.

Only for what reads a stack without the engine; a program gets its config from Pulumi itself.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from keyless.estate.reading.engine_files import refused_at_the_top
from keyless.estate.reading.errors import Problem, SettingsError
from keyless.estate.reading.yaml_text import read_yaml
from keyless.text.sentences import kind
from keyless.yaml_nodes import UnreadableYamlError

LARGEST_FILE = 10_000_000
"""Bytes of a stack file; Pulumi itself hands over some 127 KiB of config."""


@dataclass(frozen=True)
class StackFile:
    """The config of a stack file, as texts: JSON of what is no text.

    `secret_keys` are those whose value is encrypted.
    """

    text: str
    config: Mapping[str, str]
    secret_keys: frozenset[str] = field(default=frozenset())


def read_stack_file(path: Path, label: str) -> StackFile:
    """Return what a stack file says; sentences about it begin with `label`.

    Raises SettingsError for a file that cannot be read, or that Pulumi would not take.
    """
    text = _text(path, label)
    try:
        content = read_yaml(text)
    except UnreadableYamlError as error:
        raise SettingsError(Problem(f"{label}: {text}") for text in error.sentences) from None
    if not isinstance(content, dict):
        raise _refusal(
            f"{label}: {kind(content)} at the top level. Pulumi reads the key config. Write the "
            "settings below `config:`."
        )
    config = content.get("config") or {}
    accounts = config.get("aws:allowedAccountIds") if isinstance(config, dict) else None
    if refused := list(refused_at_the_top(label, content, accounts)):
        raise SettingsError(map(Problem, refused))
    if not isinstance(config, dict):
        raise _refusal(
            f"{label}: config is {kind(config)}. Settings are keys of a mapping. Write for "
            "example `aws:region: eu-west-1` below it."
        )
    secret = frozenset(str(key) for key, value in config.items() if _is_secret(value))
    handed_over = {
        str(key): value if isinstance(value, str) else json.dumps(value)
        for key, value in config.items()
    }
    return StackFile(text, handed_over, secret)


def _is_secret(value: object) -> bool:
    """Tell whether any part of a value is encrypted; Pulumi then takes all of it for secret."""
    if isinstance(value, list):
        return any(map(_is_secret, value))
    return isinstance(value, dict) and (
        set(value) == {"secure"} or any(map(_is_secret, value.values()))
    )


def _text(path: Path, label: str) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise _refusal(
                f"{label}: more than {LARGEST_FILE} bytes. Pulumi hands over some 127 KiB of "
                "config. Name files in keyless:catalogue."
            )
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise _refusal(
            f"{label}: {error.strerror}. Without its file a stack has no settings. Name a stack "
            "that has one."
        ) from None
    except UnicodeDecodeError as error:
        raise _refusal(
            f"{label}: byte {error.start} is not UTF-8. Names would be read wrongly. Save the "
            "file as UTF-8."
        ) from None


def _refusal(sentence: str) -> SettingsError:
    return SettingsError([Problem(sentence)])
