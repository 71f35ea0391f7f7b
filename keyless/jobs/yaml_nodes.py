"""Read a workflow file as GitHub reads YAML, and keep the place of every value.

YAML 1.2 words (`on` is text), anchors expanded. Refused, as GitHub does: duplicate keys, merge
keys, several documents. Built on libyaml's events, since its composer recurses without a bound.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

import yaml

from keyless.text.sentences import quoted

LARGEST_BYTES = 1024 * 1024
"""Bytes of a workflow file that GitHub's runner reads (`ParseOptions.MaxFileSize`)."""

DEEPEST = 50
MOST_NODES = 50_000
"""Values of a file, each counted as often as aliases repeat it."""

_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTHS = {"true": True, "false": False}
_NUMBER = re.compile(
    r"[-+]?(?:0x[0-9a-fA-F]+|0o[0-7]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)\Z"
)

Plain = str | float | bool | None


class UnreadableFileError(Exception):
    """Carry the line, counted from 1, and the sentence about a file that GitHub refuses to run."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value begins and ends: lines and columns from 1, offsets in characters from 0."""

    line: int
    column: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value; `is_plain` says that it is written without quotes and on its own."""

    place: Place
    text: str
    is_plain: bool

    @property
    def value(self) -> Plain:
        """What the text means in YAML 1.2."""
        if not self.is_plain:
            return self.text
        if self.text in _NOTHING:
            return None
        if self.text in {"True", "TRUE", "False", "FALSE", *_TRUTHS}:
            return _TRUTHS[self.text.lower()]
        return number(self.text) if _NUMBER.match(self.text) else self.text


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    place: Place
    items: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping, in the order of the file."""

    place: Place
    entries: "tuple[tuple[Scalar, Node], ...]"

    def get(self, key: str) -> "Node | None":
        """Return the value of a key; None where it is absent."""
        return next((value for name, value in self.entries if name.text == key), None)

    def key(self, key: str) -> Scalar | None:
        """Return the key itself, for its place."""
        return next((name for name, _ in self.entries if name.text == key), None)


Node = Scalar | Items | Table


def number(text: str) -> float:
    """Return a number as YAML 1.2 and GitHub's expressions write it."""
    if "0x" in text or "0o" in text:
        return float(int(text, 0))
    return float(text)


def read_nodes(content: bytes) -> Node | None:
    """Return the one document of a file; None where it is empty.

    Raises UnreadableFileError.
    """
    if len(content) > LARGEST_BYTES:
        raise UnreadableFileError(
            1,
            f"more than {LARGEST_BYTES} bytes. GitHub reads no workflow of that size. Split it.",
        )
    try:
        return _Reader(content.decode("utf-8-sig")).document()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableFileError(
            line, f"byte 0x{content[error.start]:02x} is no UTF-8. Save the file as UTF-8."
        ) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise UnreadableFileError(
            mark.line + 1 if mark else 1,
            f"no YAML ({error.problem}). GitHub runs nothing of this file. Correct the line.",
        ) from None
    except yaml.YAMLError as error:
        reason = str(error).partition("\n")[0]
        raise UnreadableFileError(
            1, f"no YAML ({reason}). GitHub runs nothing of this file. Save it as plain text."
        ) from None


class _Reader:
    """One pass over the events of a text."""

    def __init__(self, text: str) -> None:
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.CSafeLoader)
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._count = 0

    def document(self) -> Node | None:
        content: Node | None = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    _refuse(event, "a second document begins. GitHub reads one. Split the file")
                content = self._node(next(self._events), 0)
        return content

    def _node(self, event: yaml.Event, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self._repeated(event)
        before = self._count
        self._add(event, 1)
        if depth > DEEPEST:
            _refuse(event, f"nested more than {DEEPEST} deep. Write plainer entries")
        node = self._content(event, depth)
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            self._anchors[anchor] = (node, self._count - before)
        return node

    def _content(self, event: yaml.Event, depth: int) -> Node:
        tag = getattr(event, "tag", None)
        if tag not in (None, "!") and not str(tag).startswith("tag:yaml.org,2002:"):
            _refuse(event, f"the tag {quoted(tag)}. GitHub knows none. Leave it out")
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(_place(event, event), event.value, bool(event.implicit[0]))
        if isinstance(event, yaml.SequenceStartEvent):
            items, last = self._items(depth)
            return Items(_place(event, last), items)
        entries, last = self._entries(depth)
        return Table(_place(event, last), entries)

    def _items(self, depth: int) -> tuple[tuple[Node, ...], yaml.Event]:
        items = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return tuple(items), event

    def _entries(self, depth: int) -> tuple[tuple[tuple[Scalar, Node], ...], yaml.Event]:
        entries: list[tuple[Scalar, Node]] = []
        lines: dict[str, int] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            if not isinstance(key, Scalar):
                _refuse(event, "a list or a mapping as a key. Keys are text. Write a name")
            if key.text == "<<" and key.is_plain:
                _refuse(event, "the merge key <<. GitHub does not read it. Write the keys out")
            if key.text in lines:
                _refuse(
                    event,
                    f"duplicate key {quoted(key.text)}, first in line {lines[key.text]}. GitHub "
                    "refuses the file. Keep one",
                )
            lines[key.text] = _line(event)
            entries.append((key, self._node(next(self._events), depth + 1)))
        return tuple(entries), event

    def _repeated(self, event: yaml.AliasEvent) -> Node:
        if event.anchor not in self._anchors:
            _refuse(event, f"the alias *{event.anchor} has no anchor before it. Write the value")
        node, count = self._anchors[event.anchor]
        self._add(event, count)
        return node

    def _add(self, event: yaml.Event, count: int) -> None:
        self._count += count
        if self._count > MOST_NODES:
            _refuse(
                event,
                f"more than {MOST_NODES} values, aliases counted out. No workflow has so many. "
                "Write fewer aliases",
            )


def _place(first: yaml.Event, last: yaml.Event) -> Place:
    start, end = first.start_mark, last.end_mark
    if start is None or end is None:
        return Place(1, 1, 0, 0)
    return Place(start.line + 1, start.column + 1, start.index, end.index)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _refuse(event: yaml.Event, text: str) -> NoReturn:
    raise UnreadableFileError(_line(event), f"{text}.")
