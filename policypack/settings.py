"""The pack's settings of one stack, from `config/STACK.json` beside this file.

The pack reads them by itself: what Pulumi passes to a pack can switch mandatory policies off, so
nothing here listens to it. A stack without a file has the strictest settings; a file that is
malformed has them too, and every role is blocked until it is right. No Pulumi import here.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from stat import S_ISREG
from typing import Any, NamedTuple

from keyless.text.json_text import AMBIGUOUS, DuplicateKeyError, read_json
from policypack.exceptions import AuditedException, read_exception, shortened

CONFIG = Path(__file__).parent / "config"
MINUTES = range(15, 721)
"""A token may last 15 minutes at least, a role's session 12 hours at most (AWS STS API)."""

LARGEST_FILE = 1_000_000
"""Bytes of a settings file: some 2,000 exceptions."""

MOST_EXCEPTIONS = 2_000
"""Exceptions of a stack: each of them is told at each preview."""

MOST_SAID = 20
"""Errors of a file that are told; each of them is told for every role of the stack."""


class SettingsError(Exception):
    """A settings file is malformed: every error, a sentence each."""

    def __init__(self, errors: tuple[str, ...]) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


class AcceptedType(NamedTuple):
    """A resource that may be text to the pack, by type and name, and why."""

    type: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one stack tolerates; the defaults are the strictest."""

    max_session_minutes: int = 60
    boundaries: tuple[str, ...] = ()
    """ARNs of the permissions boundaries that count; none: any boundary does."""
    unreviewed_environments: tuple[str, ...] = ()
    """`REPOSITORY/ENVIRONMENT` that may do without reviewers."""
    review_environments: tuple[str, ...] = ()
    """`REPOSITORY/ENVIRONMENT` that pull requests deploy to, after a review."""
    managed_policies: tuple[str, ...] = ()
    """ARNs of managed policies that a role may carry although the stack does not show them."""
    write_needs_environment: bool = True
    accepted_types: tuple[AcceptedType, ...] = ()
    exceptions: tuple[AuditedException, ...] = ()
    errors: tuple[str, ...] = ()
    """What is wrong with the file, a sentence each; then everything else is at its strictest."""

    def accepts(self, kind: str, name: str) -> bool:
        """Say whether a resource that is text to the pack is accepted."""
        return any((each.type, each.name) == (kind, name) for each in self.accepted_types)


@cache
def settings_of(stack: str) -> Settings:
    """Return the settings of a stack; a stack's name only ever picks a file of the folder."""
    file = next((path for path in CONFIG.glob("*.json") if path.name == f"{stack}.json"), None)
    if file is None:
        return Settings()
    try:
        return read_settings(_content(file))
    except SettingsError as error:
        said = error.errors[:MOST_SAID]
        if further := len(error.errors) - len(said):
            said += (f"{further} further errors. Mend the others first.",)
        return Settings(errors=tuple(f"policypack/config/{file.name}: {text}" for text in said))


def _content(file: Path) -> bytes:
    """Read a file; a pipe or a device, which might never end, is refused before it is opened."""
    try:
        if not S_ISREG(file.stat().st_mode):
            raise SettingsError(("it is no file. Write a file that holds one object.",))
        with file.open("rb") as opened:
            content = opened.read(LARGEST_FILE + 1)
    except OSError as error:
        raise SettingsError((f"it cannot be read ({error.strerror}). Write a file.",)) from error
    if len(content) > LARGEST_FILE:
        raise SettingsError((f"it holds more than {LARGEST_FILE} bytes. Write fewer settings.",))
    return content


def read_settings(content: bytes) -> Settings:
    """Read settings and exceptions out of a file's content.

    An exception that is malformed in itself is kept beside its errors and applies to nothing.
    Raises SettingsError with every other error at once.
    """
    try:
        return _settings(read_json(content))
    except DuplicateKeyError as error:
        raise SettingsError((f"{error}. {AMBIGUOUS}. Keep one.",)) from error
    except RecursionError as error:
        raise SettingsError(("it is nested too deep for settings. Write one object.",)) from error
    except ValueError as error:
        raise SettingsError((f"it is not JSON: {error}. Write one object.",)) from error


def _settings(raw: Any) -> Settings:
    if errors := tuple(_errors(raw)):
        raise SettingsError(errors)
    given = raw.get("settings", {})
    lists = {key: tuple(given.get(key, ())) for key in _LISTS}
    return Settings(
        max_session_minutes=given.get("max_session_minutes", 60),
        write_needs_environment=given.get("write_needs_environment", True),
        accepted_types=tuple(AcceptedType(**each) for each in given.get("accepted_types", ())),
        exceptions=tuple(map(read_exception, raw.get("exceptions", ()))),
        **lists,
    )


_LISTS = ("boundaries", "unreviewed_environments", "review_environments", "managed_policies")
_FORMS = {
    "boundaries": re.compile(r"arn:[a-z-]+:iam::\d{12}:policy/[\w+=,.@/-]+"),
    "unreviewed_environments": re.compile(r"[\w.-]+/[^/\s].*"),
    "review_environments": re.compile(r"[\w.-]+/[^/\s].*"),
    "managed_policies": re.compile(r"arn:[a-z-]+:iam::(\d{12}|aws):policy/[\w+=,.@/-]+"),
}
_INSTEAD = {
    "boundaries": "no ARN of a policy that an account manages. Write it whole, without wildcards.",
    "unreviewed_environments": "no environment. Write REPOSITORY/ENVIRONMENT.",
    "review_environments": "no environment. Write REPOSITORY/ENVIRONMENT.",
    "managed_policies": "no ARN of a policy. Write it whole, without wildcards.",
}
_SETTINGS = ("max_session_minutes", *_LISTS, "write_needs_environment", "accepted_types")


def _errors(raw: object) -> Iterator[str]:
    if not isinstance(raw, dict):
        yield "it holds no object. Write {} for the strictest settings."
        return
    yield from _unknown_keys("", raw, ("settings", "exceptions"))
    yield from _exceptions_errors(raw.get("exceptions", []))
    settings = raw.get("settings", {})
    if not isinstance(settings, dict):
        yield "settings: it is no object. Write an object of settings."
        return
    yield from _unknown_keys("settings.", settings, _SETTINGS)
    minutes = settings.get("max_session_minutes", 60)
    if type(minutes) is not int or minutes not in MINUTES:
        yield (
            f"settings.max_session_minutes: {_shown(minutes)}, a session lasts 15 to 720 "
            "minutes. Write a whole number in that range."
        )
    if not isinstance(needs := settings.get("write_needs_environment", True), bool):
        yield (
            f"settings.write_needs_environment: {_shown(needs)} is neither true nor false. "
            "Write one of them."
        )
    for key in _LISTS:
        yield from _list_errors(key, settings.get(key, []))
    yield from _accepted_errors(settings.get("accepted_types", []))


def _exceptions_errors(value: object) -> Iterator[str]:
    if not isinstance(value, list):
        yield "exceptions: it is no list. Write a list of exceptions."
    elif len(value) > MOST_EXCEPTIONS:
        yield (
            f"exceptions: it holds {len(value)}, and nobody reviews so many. "
            f"Keep {MOST_EXCEPTIONS} at most."
        )


def _list_errors(key: str, value: object) -> Iterator[str]:
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        yield f"settings.{key}: {_shown(value)} is no list of texts. Write a list of texts."
        return
    for entry in value:
        if not _FORMS[key].fullmatch(entry):
            yield f'settings.{key}: "{shortened(entry)}" is {_INSTEAD[key]}'


def _accepted_errors(value: object) -> Iterator[str]:
    for number, entry in enumerate(value if isinstance(value, list) else [value]):
        texts = entry.values() if isinstance(entry, dict) else ()
        if (
            not isinstance(entry, dict)
            or entry.keys() != set(AcceptedType._fields)
            or not all(isinstance(text, str) and text.strip() for text in texts)
        ):
            yield (
                f"settings.accepted_types[{number}]: {_shown(entry)} is no accepted resource. "
                'Write {"type": …, "name": …, "reason": …}, a text each.'
            )


def _shown(value: object) -> str:
    return shortened(json.dumps(value))


def _unknown_keys(where: str, given: dict[str, object], known: tuple[str, ...]) -> Iterator[str]:
    for key in given:
        if key not in known:
            yield f"{where}{shortened(key)}: there is no such key. Write one of {', '.join(known)}."
