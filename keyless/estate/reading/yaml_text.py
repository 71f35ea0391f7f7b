"""Read YAML as plain data: mappings, lists, text, whole numbers, true, false and nothing.

A word means here what it means in a stack file: `on` and `no` are text, as YAML 1.2 has it. What
YAML offers beyond plain data is refused (tags, merges, aliases that multiply, deep nesting), and so
is a duplicate key. Built on libyaml's events, since its composer recurses without a bound.
"""

import re
from collections.abc import Iterator
from typing import NoReturn

import yaml
from yaml import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from keyless.estate.reading.errors import MOST_FOUND
from keyless.text.json_text import AMBIGUOUS
from keyless.text.sentences import quoted

DEEPEST = 40
"""Levels of nesting that are looked at; the deepest model lies 12 below the top."""

MOST_VALUES = 1_000_000
"""Values of a text, each counted as often as aliases repeat it."""

MOST_CHARACTERS = 10_000_000
"""Characters of all values, each counted as often as aliases repeat it."""

MOST_REPEATS = MOST_FOUND
"""Duplicate keys after which reading ends: as many as the exception keeps."""

_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {
    word: truth
    for truth, words in ((True, "true True TRUE"), (False, "false False FALSE"))
    for word in words.split()
}
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,18})\Z")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+\Z")
_FRACTION = re.compile(r"[-+]?[0-9]+\.[0-9]*(?:[eE][-+]?[0-9]{1,3})?\Z")


class UnreadableYamlError(Exception):
    """What keeps a text from being read, a sentence each, with its line."""

    def __init__(self, *sentences: str) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


def read_yaml(text: str) -> object:
    """Return the one document of a text as plain data; None where it has none.

    Raises UnreadableYamlError.
    """
    reader = _Reader(text)
    try:
        content = reader.document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}: " if mark else ""
        raise UnreadableYamlError(
            f"{where}no YAML ({error.problem}). Nothing of the file can be used. Mend the line."
        ) from None
    except yaml.YAMLError as error:
        reason = str(error).partition("\n")[0]
        raise UnreadableYamlError(
            f"no YAML ({reason}). Nothing of the file can be used. Save it as plain text."
        ) from None
    if reader.repeats:
        raise UnreadableYamlError(*reader.repeats)
    return content


def as_yaml(value: object) -> str:
    """Write a value in YAML's flow style on one line, as it would be behind its key."""
    text = yaml.safe_dump(value, default_flow_style=True, width=10_000, sort_keys=False)
    return text.removesuffix("\n").removesuffix("\n...")


def plain_value(text: str) -> str | int | float | bool | None:
    """Return what an unquoted word means."""
    if text in _NOTHING:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _WHOLE.match(text):
        return int(text)
    return float(text) if _FRACTION.match(text) else text


class _Reader:
    """One pass over the events of a text; `repeats` collects duplicate keys."""

    def __init__(self, text: str) -> None:
        self.repeats: list[str] = []
        self._events: Iterator[Event] = yaml.parse(text, Loader=yaml.CSafeLoader)
        self._anchors: dict[str, tuple[object, int, int]] = {}
        self._values = 0
        self._characters = 0

    def document(self) -> object:
        """Read the first document, and see that it is the only one."""
        content, documents = None, 0
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    _refuse(
                        event, "a second document begins. Only one is read. Write one file each"
                    )
                content = self._value(next(self._events), 0)
        return content

    def _value(self, event: Event, depth: int) -> object:
        if isinstance(event, AliasEvent):
            return self._repeated(event)
        if not isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent):
            raise AssertionError(f"libyaml sent {event} where a value begins")
        before = self._values, self._characters
        self._count(event, 1, len(event.value) if isinstance(event, ScalarEvent) else 0)
        if event.tag is not None:
            _refuse(event, f"the tag {quoted(event.tag)}. A tag can run a program. Leave it out")
        if depth > DEEPEST:
            _refuse(event, f"nested {depth} deep. Nothing reads that far down. Write plain entries")
        if isinstance(event, ScalarEvent):
            value: object = _plain(event) if event.implicit[0] else event.value
        elif isinstance(event, SequenceStartEvent):
            value = self._list(depth)
        else:
            value = self._mapping(depth)
        if event.anchor is not None:
            counts = self._values - before[0], self._characters - before[1]
            self._anchors[event.anchor] = (value, *counts)
        return value

    def _list(self, depth: int) -> list[object]:
        items = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            items.append(self._value(event, depth + 1))
        return items

    def _mapping(self, depth: int) -> dict[object, object]:
        items: dict[object, object] = {}
        lines: dict[object, int] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._key(event, depth)
            line = _line(event)
            if key in items:
                self.repeats.append(
                    f"line {line}: duplicate key {quoted(key)}, first in line {lines[key]}. "
                    f"{AMBIGUOUS}. Keep one."
                )
                if len(self.repeats) == MOST_REPEATS:
                    raise UnreadableYamlError(*self.repeats)
            lines[key] = line
            items[key] = self._value(next(self._events), depth + 1)
        return items

    def _key(self, event: Event, depth: int) -> object:
        if isinstance(event, SequenceStartEvent | MappingStartEvent):
            _refuse(event, "a list or a mapping as a key. Keys are text. Write a name")
        key = self._value(event, depth + 1)
        if key == "<<":
            _refuse(event, "the merge key <<. It hides what an entry says. Write the keys out")
        return key

    def _repeated(self, event: AliasEvent) -> object:
        if event.anchor not in self._anchors:
            _refuse(
                event,
                f"the alias *{event.anchor} is within its anchor, or has none. It would never "
                "end. Write the values out",
            )
        value, *counts = self._anchors[event.anchor]
        self._count(event, *counts)
        return value

    def _count(self, event: Event, values: int, characters: int) -> None:
        self._values += values
        self._characters += characters
        if self._values > MOST_VALUES:
            _refuse(
                event,
                f"more than {MOST_VALUES} values, aliases counted out. So much is no catalogue. "
                "Write fewer aliases, or several files",
            )
        if self._characters > MOST_CHARACTERS:
            _refuse(
                event,
                f"more than {MOST_CHARACTERS} characters, aliases counted out. So much is no "
                "catalogue. Write fewer aliases, or several files",
            )


def _plain(event: ScalarEvent) -> object:
    """Return what an unquoted word means.

    Digits behind a zero are refused: Pulumi's reader takes 0123 for an octal number (go-yaml v3,
    resolve.go), others for text, and accounts can begin with a zero.
    """
    if _LEADING_ZERO.match(event.value):
        _refuse(
            event,
            f"{event.value[:40]} begins with a zero and has no quotes. Readers take it for "
            f'different numbers. Write it in quotes: "{event.value[:40]}"',
        )
    return plain_value(event.value)


def _refuse(event: Event, text: str) -> NoReturn:
    raise UnreadableYamlError(f"line {_line(event)}: {text}.")


def _line(event: Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0
