"""Placeholders in a policy that is being written, and the commands that say what they stand for.

Until the policy is handed out, a placeholder stands between two characters of the private use area
of Unicode: no old policy has them, so nothing of an old policy is taken for a placeholder.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from keyless import facts

_OPEN, _CLOSE = "\ue000", "\ue001"
_PLACEHOLDER = re.compile(f"{_OPEN}([^{_OPEN}{_CLOSE}]+){_CLOSE}")
_ID = "id of "
"""What the text of a placeholder for a number begins with."""
_COMMANDS = (
    (re.compile(r"id of the owner of repository ([0-9]+)"), "repositories/{} --jq .owner.id"),
    (re.compile(r"owner of repository ([0-9]+)"), "repositories/{} --jq .owner.login"),
    (re.compile(r"name of repository ([0-9]+)"), "repositories/{} --jq .name"),
    (re.compile(r"owner with id ([0-9]+)"), "user/{} --jq .login"),
    (re.compile(rf"id of ({facts.OWNER_NAME}/{facts.REPOSITORY_NAME})"), "repos/{} --jq .id"),
    (re.compile(rf"id of ({facts.OWNER_NAME})"), "users/{} --jq .id"),
)
"""What says what a placeholder stands for, by its text."""


class Placeholder(NamedTuple):
    """Something that the old policy does not say, and the command that does, if there is one."""

    text: str
    command: str | None

    @property
    def is_id(self) -> bool:
        """Whether a number has to be written in its place."""
        return self.text.startswith(_ID)


def hole(what: str) -> str:
    """Return the placeholder for something; its text is `id of …` if it stands for a number."""
    return f"{_OPEN}{what}{_CLOSE}"


def has_holes(value: object) -> bool:
    """Tell whether plain data has a placeholder, or a character that would make one."""
    return not {_OPEN, _CLOSE}.isdisjoint(_text(value))


def before_hole(text: str) -> str | None:
    """Return what a text has before its first placeholder, None where it has none."""
    before, mark, _ = text.partition(_OPEN)
    return before if mark else None


def tried(policy: Mapping[str, Any]) -> str:
    """Return a policy as JSON, with a name or a number of its own for each placeholder."""
    known: dict[str, str] = {}

    def fill(match: re.Match[str]) -> str:
        is_number = match[1].startswith(_ID)
        return known.setdefault(match[1], f"{len(known) + 1}" if is_number else "anything")

    return _PLACEHOLDER.sub(fill, _text(policy))


def shown(
    policies: Iterable[Mapping[str, Any]],
) -> tuple[tuple[Mapping[str, Any], ...], tuple[Placeholder, ...]]:
    """Return policies with their placeholders in angle brackets, and each placeholder once."""
    written = _text([*policies])
    holes = dict.fromkeys(_PLACEHOLDER.findall(written))
    return (
        tuple(json.loads(_PLACEHOLDER.sub(r"<\1>", written))),
        tuple(Placeholder(each, _command(each)) for each in holes),
    )


def filled(
    documents: Iterable[Mapping[str, Any]], known: Mapping[str, str]
) -> tuple[Mapping[str, Any], ...]:
    """Return shown policies with what is known in place of placeholders, by their texts."""
    written = _text([*documents])
    for placeholder, value in known.items():
        written = written.replace(_text(f"<{placeholder}>")[1:-1], _text(value)[1:-1])
    return tuple(json.loads(written))


def _command(what: str) -> str | None:
    for pattern, path in _COMMANDS:
        if found := pattern.fullmatch(what):
            return f"gh api {path.format(found[1])}"
    return None


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
