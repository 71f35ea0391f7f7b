"""Read YAML into nodes that keep their place, within limits that no text gets around.

Built on libyaml's events, since its composer recurses without a bound. Duplicate keys, merge keys,
keys that are no text and second documents are refused everywhere. How large a text may be, which
tags it may have, and what a refusal says is a `Dialect`, beside those who read that kind of file.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import NoReturn

import yaml

from keyless.text.sentences import quoted

_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTHS = {
    word: truth
    for truth, words in ((True, "true True TRUE"), (False, "false False FALSE"))
    for word in words.split()
}
_NUMBER = re.compile(
    r"[-+]?(?:0x[0-9a-fA-F]+|0o[0-7]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)\Z"
)

Plain = str | float | bool | None


class Fault(Enum):
    """What keeps a text from being read."""

    NO_TEXT = auto()
    """It has characters that YAML does not allow."""
    SYNTAX = auto()
    SECOND_DOCUMENT = auto()
    TAG = auto()
    MERGE_KEY = auto()
    KEY_NO_TEXT = auto()
    DUPLICATE_KEY = auto()
    ALIAS = auto()
    """An alias where none is taken, or one that its anchor does not come before."""
    TOO_DEEP = auto()
    TOO_MANY_VALUES = auto()
    TOO_MANY_CHARACTERS = auto()


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """What one kind of file may have, and what a person reads about the rest.

    `says` has for each fault why it matters and what to write instead. `tags` matches those that
    are taken. Values and characters are counted as often as aliases repeat them; after
    `most_repeats` duplicate keys reading ends.
    """

    says: Mapping[Fault, str]
    tags: re.Pattern[str]
    deepest: int
    most_values: int
    most_characters: int
    most_repeats: int = 1
    takes_aliases: bool = True


class UnreadableYamlError(Exception):
    """Carry what keeps a text from being read: a line and a sentence each.

    Lines count from 1; 0 is the text as a whole. `sentences` begin with their line.
    """

    def __init__(self, *found: tuple[int, str]) -> None:
        self.found = found
        self.sentences = tuple(f"line {line}: {text}" if line else text for line, text in found)
        super().__init__("\n".join(self.sentences))


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
    tag: str | None = None

    @property
    def value(self) -> Plain:
        """What the text means in YAML 1.2."""
        if not self.is_plain:
            return self.text
        if self.text in _NOTHING:
            return None
        if self.text in _TRUTHS:
            return _TRUTHS[self.text]
        return number(self.text) if _NUMBER.match(self.text) else self.text


@dataclass(frozen=True, slots=True)
class Items:
    """A list; `is_flow` says that it is written between brackets."""

    place: Place
    items: "tuple[Node, ...]"
    tag: str | None = None
    is_flow: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping in the order of the file; `is_flow` says that it is written between braces."""

    place: Place
    entries: "tuple[tuple[Scalar, Node], ...]"
    tag: str | None = None
    is_flow: bool = False

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


def read_nodes(text: str, dialect: Dialect) -> Node | None:
    """Return the one document of a text; None where it is empty.

    Raises UnreadableYamlError.
    """
    reader = _Reader(text, dialect)
    try:
        content = reader.document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        found = f"no YAML ({error.problem}). {dialect.says[Fault.SYNTAX]}"
        raise UnreadableYamlError((mark.line + 1 if mark else 0, found)) from None
    except yaml.YAMLError as error:
        reason = str(error).partition("\n")[0]
        found = f"no YAML ({reason}). {dialect.says[Fault.NO_TEXT]}"
        raise UnreadableYamlError((0, found)) from None
    if reader.repeats:
        raise UnreadableYamlError(*reader.repeats)
    return content


class _Reader:
    """One pass over the events of a text; `repeats` collects duplicate keys."""

    def __init__(self, text: str, dialect: Dialect) -> None:
        self.repeats: list[tuple[int, str]] = []
        self._dialect = dialect
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.CSafeLoader)
        self._anchors: dict[str, tuple[Node, int, int]] = {}
        self._values = 0
        self._characters = 0

    def document(self) -> Node | None:
        """Read the first document, and see that it is the only one."""
        content: Node | None = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse(event, "a second document begins", Fault.SECOND_DOCUMENT)
                content = self._node(next(self._events), 0)
        return content

    def _node(self, event: yaml.Event, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self._repeated(event)
        values, characters = self._values, self._characters
        self._count(event, 1, len(event.value) if isinstance(event, yaml.ScalarEvent) else 0)
        if depth > self._dialect.deepest:
            self._refuse(event, f"nested more than {self._dialect.deepest} deep", Fault.TOO_DEEP)
        node = self._content(event, depth)
        anchor: str | None = getattr(event, "anchor", None)
        if anchor is not None:
            counts = self._values - values, self._characters - characters
            self._anchors[anchor] = (node, *counts)
        return node

    def _content(self, event: yaml.Event, depth: int) -> Node:
        tag: str | None = getattr(event, "tag", None)
        if tag is not None and not self._dialect.tags.fullmatch(tag):
            self._refuse(event, f"the tag {quoted(tag)}", Fault.TAG)
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(_place(event, event), event.value, bool(event.implicit[0]), tag)
        is_flow: bool | None = getattr(event, "flow_style", None)
        if isinstance(event, yaml.SequenceStartEvent):
            items, last = self._items(depth)
            return Items(_place(event, last), items, tag, bool(is_flow))
        entries, last = self._entries(depth)
        return Table(_place(event, last), entries, tag, bool(is_flow))

    def _items(self, depth: int) -> tuple[tuple[Node, ...], yaml.Event]:
        items = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return tuple(items), event

    def _entries(self, depth: int) -> tuple[tuple[tuple[Scalar, Node], ...], yaml.Event]:
        entries: list[tuple[Scalar, Node]] = []
        lines: dict[str, int] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event, depth)
            if key.text in lines:
                self._repeat(event, key.text, lines[key.text])
            lines[key.text] = _line(event)
            entries.append((key, self._node(next(self._events), depth + 1)))
        return tuple(entries), event

    def _key(self, event: yaml.Event, depth: int) -> Scalar:
        key = self._node(event, depth + 1)
        if not isinstance(key, Scalar):
            self._refuse(event, "a list or a mapping as a key", Fault.KEY_NO_TEXT)
        if key.text == "<<" and key.is_plain:
            self._refuse(event, "the merge key <<", Fault.MERGE_KEY)
        return key

    def _repeat(self, event: yaml.Event, key: str, first: int) -> None:
        why = self._dialect.says[Fault.DUPLICATE_KEY]
        found = f"duplicate key {quoted(key)}, first in line {first}. {why}"
        self.repeats.append((_line(event), found))
        if len(self.repeats) == self._dialect.most_repeats:
            raise UnreadableYamlError(*self.repeats)

    def _repeated(self, event: yaml.AliasEvent) -> Node:
        if not self._dialect.takes_aliases:
            self._refuse(event, f"the alias *{event.anchor}", Fault.ALIAS)
        if event.anchor not in self._anchors:
            found = (
                f"the alias *{event.anchor} is inside of its own anchor, or no anchor before it "
                "has this name"
            )
            self._refuse(event, found, Fault.ALIAS)
        node, *counts = self._anchors[event.anchor]
        self._count(event, *counts)
        return node

    def _count(self, event: yaml.Event, values: int, characters: int) -> None:
        self._values += values
        self._characters += characters
        values, characters = self._dialect.most_values, self._dialect.most_characters
        if self._values > values:
            found = f"more than {values} values, aliases written out"
            self._refuse(event, found, Fault.TOO_MANY_VALUES)
        if self._characters > characters:
            found = f"more than {characters} characters, aliases written out"
            self._refuse(event, found, Fault.TOO_MANY_CHARACTERS)

    def _refuse(self, event: yaml.Event, found: str, fault: Fault) -> NoReturn:
        raise UnreadableYamlError((_line(event), f"{found}. {self._dialect.says[fault]}"))


def _place(first: yaml.Event, last: yaml.Event) -> Place:
    start, end = first.start_mark, last.end_mark
    if start is None or end is None:
        return Place(1, 1, 0, 0)
    return Place(start.line + 1, start.column + 1, start.index, end.index)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0
