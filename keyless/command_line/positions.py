"""Find the line and column of each key and list item of a YAML text.

The size of the text has been bounded before.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import yaml
from yaml import (
    AliasEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

Keys = tuple[str | int, ...]
"""Keys and list positions from the top of a text inwards."""


_DEEPEST = 100


class Position(NamedTuple):
    """A place in a text; both count from 1."""

    line: int
    column: int


def positions(text: str) -> Mapping[Keys, Position]:
    """Return where each key of a mapping and each item of a list begins, by its path.

    What an alias repeats has the position of the alias. Raises yaml.YAMLError, for more
    than 100 levels as well.
    """
    events = yaml.parse(text, Loader=yaml.CSafeLoader)
    beginning = next((event for event in events if _begins_value(event)), None)
    return dict(_inside(beginning, events, ())) if beginning else {}


def _begins_value(event: Event) -> bool:
    return isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent | AliasEvent)


def _inside(event: Event, events: Iterator[Event], path: Keys) -> Iterator[tuple[Keys, Position]]:
    if len(path) > _DEEPEST:
        raise yaml.YAMLError(f"nested more than {_DEEPEST} deep")
    if isinstance(event, SequenceStartEvent):
        number = 0
        while not isinstance(item := next(events), SequenceEndEvent):
            yield (*path, number), _position(item)
            yield from _inside(item, events, (*path, number))
            number += 1
    elif isinstance(event, MappingStartEvent):
        while not isinstance(key := next(events), MappingEndEvent):
            name = key.value if isinstance(key, ScalarEvent) else ""
            yield (*path, name), _position(key)
            yield from _inside(next(events), events, (*path, name))


def _position(event: Event) -> Position:
    mark = event.start_mark
    return Position(mark.line + 1, mark.column + 1) if mark else Position(1, 1)
