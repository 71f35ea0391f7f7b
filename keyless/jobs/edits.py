"""Edit a YAML text by its nodes: what is not named here stays byte for byte.

Each edit changes the text and, apart from it, the document that the text must then come to;
`apply` refuses where the two differ. An anchored value is edited once, for all its aliases.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Union

from keyless.jobs.workflow_text import UnreadableFileError, read_file
from keyless.yaml_nodes import Items, Node, Scalar, Table

_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")
_ALIAS = re.compile(r"\s*\*[^\s,\]}]+")
_DASH = re.compile(r"^[ ]*(-)(?=\s)", re.MULTILINE)
_ALIAS_ITEM = re.compile(r"-[ \t]+\*[^\s,\]}]+")
_COMMENT = re.compile(r"([ \t]*)#")

Document = Union[None, bool, float, str, list["Document"], dict[str, "Document"]]  # noqa: UP007
Fields = Mapping[str, "Written | Fields"]


class ConflictError(Exception):
    """A text that cannot be edited at a place; `line` is counted from 1."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line
        self.sentence = sentence


@dataclass(frozen=True)
class Written:
    """A value as YAML source that is right in a block, and the comment behind it."""

    source: str
    comment: str = ""

    @property
    def in_flow(self) -> str:
        """The same value between braces, where a comment has no place."""
        is_plain = not any(letter in self.source for letter in "{}[],")
        is_quoted = self.source[:1] in ("'", '"')
        return self.source if is_plain or is_quoted else _quoted(self.source)


def written(text: str) -> Written:
    """Write a text as a value, in quotes unless YAML reads the bare text as the same."""
    try:
        found = read_file(f"a: {text}\n".encode())
    except UnreadableFileError:
        found = None
    value = found.get("a") if isinstance(found, Table) else None
    is_same = isinstance(value, Scalar) and value.value == text and "&" not in text[:1]
    return Written(text if is_same else _quoted(text))


def _quoted(text: str) -> str:
    """Write a text in double quotes, letters that YAML takes for line ends among them."""
    source = json.dumps(text, ensure_ascii=False)
    return "".join(x if x.isprintable() else f"\\U{ord(x):08x}" for x in source)


def document(node: Node | None) -> Document:
    """Return what a node says, without its places."""
    match node:
        case Table():
            return {key.text: document(value) for key, value in node.entries}
        case Items():
            return [document(item) for item in node.items]
        case Scalar():
            return node.value
        case _:
            return None


@dataclass
class Edits:
    """The edits of one file; `text` is without a byte order mark."""

    text: str
    root: Node
    _entries: dict[tuple[int, str], Fields] = field(default_factory=dict)
    _before: dict[tuple[int, str], Fields] = field(default_factory=dict)
    _after: dict[tuple[int, str], Fields] = field(default_factory=dict)
    _steps: dict[tuple[int, int], Fields] = field(default_factory=dict)
    _items: dict[tuple[int, int], Fields] = field(default_factory=dict)
    _scripts: dict[int, frozenset[int]] = field(default_factory=dict)

    def replace(self, table: Table, key: str, fields: Fields) -> None:
        """Put entries in place of one; none remove it."""
        self._entries[id(table), key] = fields

    def remove(self, table: Table, key: str) -> None:
        """Remove one entry."""
        self.replace(table, key, {})

    def is_removed(self, table: Table, key: str) -> bool:
        """Tell whether an entry is removed without anything in its place."""
        return self._entries.get((id(table), key)) == {}

    def is_bare(self, table: Table) -> bool:
        """Tell whether every entry of a mapping is removed."""
        return all(self.is_removed(table, key.text) for key, _ in table.entries)

    def add_before(self, table: Table, key: str, fields: Fields) -> None:
        """Add entries before one, on lines of their own."""
        known = self._before.get((id(table), key), {})
        self._before[id(table), key] = {**known, **fields}

    def add_after(self, table: Table, key: str, fields: Fields) -> None:
        """Add entries on the lines below one whose value is on its own line."""
        known = self._after.get((id(table), key), {})
        self._after[id(table), key] = {**known, **fields}

    def insert_item(self, items: Items, index: int, fields: Fields) -> None:
        """Add a mapping before an item of a list."""
        self._steps[id(items), index] = fields

    def replace_item(self, items: Items, index: int, fields: Fields) -> None:
        """Put a mapping in place of an item; no entries remove the item."""
        self._items[id(items), index] = fields

    def cut_lines(self, script: Scalar, lines: frozenset[int]) -> None:
        """Remove lines of a literal block, counted from 0."""
        self._scripts[id(script)] = lines

    def is_literal(self, node: Scalar) -> bool:
        """Tell whether a value is a block whose lines are those of the file."""
        return self.text[self._bare_start(node) :][:1] == "|"

    def raw(self, node: Scalar) -> Written:
        """Return a value as it is written, where that is one line."""
        source = self.text[node.place.start : node.place.end].rstrip()
        is_one = "\n" not in source and source[:1] not in ("&", "!", "|", ">", "")
        return Written(source) if is_one else written(node.text)

    def source(self, table: Table, key: str) -> str:
        """Return the text of an entry, with the comment behind it where it has its own lines."""
        index = next(n for n, (name, _) in enumerate(table.entries) if name.text == key)
        end = self._entry_end(table, index)
        end = end if self.is_flow(table) else self._line_end(end)
        return self.text[table.entries[index][0].place.start : end]

    @property
    def newline(self) -> str:
        """The end of a line in this file."""
        return "\r\n" if "\r\n" in self.text else "\n"

    def is_flow(self, node: Node) -> bool:
        """Tell whether a mapping or a list is written between braces or brackets."""
        return not isinstance(node, Scalar) and node.is_flow

    def apply(self) -> str:
        """Return the edited text.

        Raises ConflictError where the text does not come to the document that the edits say.
        """
        changes = sorted(set(self._changes(self.root, set())))
        text = self.text
        for start, end, new in reversed(changes):
            text = text[:start] + new + text[end:]
        is_apart = all(end <= start for (_, end, _), (start, _, _) in pairwise(changes))
        if not is_apart or not self._is_meant(text):
            line = self._line(changes[0][0]) if changes else 1
            raise ConflictError(line, "the edited text says something else than was meant")
        return text

    def _is_meant(self, text: str) -> bool:
        try:
            return document(read_file(text.encode())) == self.expected(self.root)
        except UnreadableFileError:
            return False

    def expected(self, node: Node) -> Document:
        """Return what a node says once everything is edited."""
        if isinstance(node, Items):
            return [item for found in self._expected_items(node) for item in found]
        if isinstance(node, Table):
            entries = self._expected_entries(node)
            return None if not entries and node.entries and not self.is_flow(node) else entries
        cut = self._scripts.get(id(node))
        if cut is None:
            return node.value
        return "\n".join(x for n, x in enumerate(node.text.split("\n")) if n not in cut)

    def _expected_items(self, node: Items) -> Iterator[list[Document]]:
        for index, item in enumerate(node.items):
            place = id(node), index
            if place in self._steps:
                yield [_said(self._steps[place])]
            if place not in self._items:
                yield [self.expected(item)]
            elif self._items[place]:
                yield [_said(self._items[place])]

    def _expected_entries(self, table: Table) -> dict[str, Document]:
        found: dict[str, Document] = {}
        for key, value in table.entries:
            place = id(table), key.text
            found |= _said(self._before.get(place, {}))
            if place in self._entries:
                found |= _said(self._entries[place])
            else:
                found[key.text] = self.expected(value)
            found |= _said(self._after.get(place, {}))
        return found

    def _changes(self, node: Node, seen: set[int]) -> Iterator[tuple[int, int, str]]:
        if id(node) in seen:
            return
        seen.add(id(node))
        if isinstance(node, Items):
            for index, item in enumerate(node.items):
                yield from self._item_changes(node, index)
                if (id(node), index) not in self._items:
                    yield from self._changes(item, seen)
        elif isinstance(node, Table):
            flow = self.is_flow(node)
            yield from self._flow_changes(node) if flow else self._block_changes(node)
            for key, value in node.entries:
                if (id(node), key.text) not in self._entries:
                    yield from self._changes(value, seen)
        elif id(node) in self._scripts:
            yield from self._cuts(node, self._scripts[id(node)])

    def _item_changes(self, items: Items, index: int) -> Iterator[tuple[int, int, str]]:
        place = id(items), index
        if place not in self._steps and place not in self._items:
            return
        if self.is_flow(items):
            yield from self._flow_item_changes(items, index)
            return
        dash, end = self._item_places(items)[index]
        start = self._line_start(dash)
        indent = self.text[start:dash]
        if indent.strip():
            raise ConflictError(self._line(dash), "the list begins behind something else")
        if place in self._steps:
            top = self._above_comments(start, len(indent))
            lines = self._item_lines(self._steps[place], indent)
            gap = self.newline if self._is_blank_above(top) else ""
            yield top, top, "".join(f"{line}{self.newline}" for line in lines) + gap
        if place in self._items:
            lines = self._item_lines(self._items[place], indent)
            if lines:
                yield dash, self._line_end(end), self.newline.join(lines)[len(indent) :]
            else:
                yield start, self._next_line(end), ""

    def _flow_item_changes(self, items: Items, index: int) -> Iterator[tuple[int, int, str]]:
        item, place = items.items[index], (id(items), index)
        is_alias = item.place.start < items.place.start
        if is_alias or self._items.get(place) == {}:
            raise ConflictError(items.place.line, "the list is written in brackets")
        if place in self._steps:
            yield item.place.start, item.place.start, f"{{{self._in_flow(self._steps[place])}}}, "
        if place in self._items:
            yield item.place.start, item.place.end, f"{{{self._in_flow(self._items[place])}}}"

    def _item_lines(self, fields: Fields, indent: str) -> list[str]:
        lines = list(self._lines(fields, f"{indent}  "))
        return [f"{indent}- {lines[0].lstrip()}", *lines[1:]] if lines else []

    def _lines(self, fields: Fields, indent: str) -> Iterator[str]:
        for key, value in fields.items():
            if isinstance(value, Written):
                comment = f" # {value.comment}" if value.comment else ""
                yield f"{indent}{key}: {value.source}{comment}"
            else:
                yield f"{indent}{key}:"
                yield from self._lines(value, f"{indent}  ")

    def _block_changes(self, table: Table) -> Iterator[tuple[int, int, str]]:
        kept_from = 0
        if table.entries and self._is_behind_dash(table.entries[0][0]):
            removed = [self.is_removed(table, key.text) for key, _ in table.entries]
            kept_from = removed.index(False) if False in removed else len(removed)
            if kept_from:
                yield self._first_entries(table, kept_from)
        for index, (key, _) in enumerate(table.entries):
            yield from self._around(table, index)
            fields = self._entries.get((id(table), key.text))
            if fields is None or index < kept_from:
                continue
            end = self._entry_end(table, index)
            if fields:
                indent = " " * (key.place.column - 1)
                new = self.newline.join(self._lines(fields, indent))[len(indent) :]
                yield key.place.start, self._line_end(end), new
            else:
                yield self._line_start(key.place.start), self._next_line(end), ""

    def _first_entries(self, table: Table, kept_from: int) -> tuple[int, int, str]:
        """Return the removal of the first entries of an item, so that the next is at its dash."""
        start = table.entries[0][0].place.start
        end = self._line_end(self._entry_end(table, kept_from - 1))
        if kept_from == len(table.entries):
            return start, end, ""
        following = table.entries[kept_from][0].place.start
        return start, end if self.text[end:following].strip() else following, ""

    def _around(self, table: Table, index: int) -> Iterator[tuple[int, int, str]]:
        key, _ = table.entries[index]
        place = id(table), key.text
        indent = " " * (key.place.column - 1)
        if place in self._before:
            lines = self._lines(self._before[place], indent)
            at = key.place.start
            new = self.newline.join(lines)[len(indent) :]
            yield at, at, f"{new}{self.newline}{indent}"
        if place in self._after:
            at = self._next_line(self._entry_end(table, index))
            lines = self._lines(self._after[place], indent)
            new = "".join(f"{line}{self.newline}" for line in lines)
            is_open = at == len(self.text) and not self.text.endswith("\n")
            yield at, at, f"{self.newline}{new.rstrip()}" if is_open else new

    def _flow_changes(self, table: Table) -> Iterator[tuple[int, int, str]]:
        keys = [key for key, _ in table.entries]
        for index, key in enumerate(keys):
            place = id(table), key.text
            if place in self._before:
                at = key.place.start
                yield at, at, f"{self._in_flow(self._before[place])}, "
            if self._entries.get(place):
                new = self._in_flow(self._entries[place])
                yield key.place.start, self._entry_end(table, index), new
        runs = groupby(range(len(keys)), lambda index: self.is_removed(table, keys[index].text))
        for is_removed, run in runs:
            if is_removed:
                found = list(run)
                yield self._flow_removal(table, found[0], found[-1])

    def _flow_removal(self, table: Table, first: int, last: int) -> tuple[int, int, str]:
        start = table.entries[first][0].place.start
        if last + 1 < len(table.entries):
            return start, table.entries[last + 1][0].place.start, ""
        begin = self._entry_end(table, first - 1) if first else start
        return begin, self._entry_end(table, last), ""

    def _in_flow(self, fields: Fields) -> str:
        parts = (
            f"{key}: {value.in_flow}"
            if isinstance(value, Written)
            else f"{key}: {{{self._in_flow(value)}}}"
            for key, value in fields.items()
        )
        return ", ".join(parts)

    def _cuts(self, script: Scalar, lines: frozenset[int]) -> Iterator[tuple[int, int, str]]:
        start = self._next_line(self._bare_start(script))
        for number in range(script.text.count("\n") + 1):
            end = self._next_line(start)
            if number in lines:
                yield start, end, ""
            start = end

    def _bare_start(self, node: Node) -> int:
        found = _PROPERTIES.match(self.text, node.place.start)
        return found.end() if found else node.place.start

    def _is_behind_dash(self, key: Scalar) -> bool:
        return bool(self.text[self._line_start(key.place.start) : key.place.start].strip())

    def _entry_end(self, table: Table, index: int) -> int:
        key, value = table.entries[index]
        if value.place.start < key.place.end:
            colon = self.text.index(":", key.place.end) + 1
            found = _ALIAS.match(self.text, colon)
            return found.end() if found else colon
        return self._end(value)

    def _end(self, node: Node) -> int:
        """Return where the text of a node ends, without the comments and blank lines below it."""
        start, end = node.place.start, node.place.end
        if isinstance(node, Scalar):
            return start + len(self.text[start:end].rstrip())
        if self.is_flow(node):
            return end
        if isinstance(node, Table):
            return self._entry_end(node, len(node.entries) - 1)
        return self._item_places(node)[-1][1]

    def _item_places(self, items: Items) -> list[tuple[int, int]]:
        """Return where each item of a block list has its dash, and where it ends."""
        found: list[tuple[int, int]] = []
        end = self._bare_start(items)
        for item in items.items:
            dash = _DASH.search(self.text, self._line_start(end) if not found else end)
            start = dash.start(1) if dash else end
            alias = _ALIAS_ITEM.match(self.text, start)
            end = alias.end() if alias else self._end(item)
            found.append((start, end))
        return found

    def _above_comments(self, start: int, column: int) -> int:
        """Return the first of the comment lines right above a line, in its own column."""
        while start:
            above = self._line_start(start - 1)
            found = _COMMENT.match(self.text, above)
            if found is None or len(found[1]) != column:
                break
            start = above
        return start

    def _is_blank_above(self, start: int) -> bool:
        return start > 0 and not self.text[self._line_start(start - 1) : start].strip()

    def _line(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1

    def _line_start(self, offset: int) -> int:
        return self.text.rfind("\n", 0, offset) + 1

    def _line_end(self, offset: int) -> int:
        found = self.text.find("\n", offset)
        end = len(self.text) if found < 0 else found
        return end - 1 if self.text[end - 1 : end] == "\r" and end > offset else end

    def _next_line(self, offset: int) -> int:
        found = self.text.find("\n", offset)
        return len(self.text) if found < 0 else found + 1


def _said(fields: Fields) -> dict[str, Document]:
    """Return what entries say."""
    return {
        key: document(read_file(value.source.encode()))
        if isinstance(value, Written)
        else _said(value)
        for key, value in fields.items()
    }
