"""The values of GitHub's expressions, and what represents one that the files do not say.

Comparison and conversion follow "Evaluate expressions in workflows and actions", GitHub Docs:
text is compared without letter case, unlike types as numbers.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Union

from keyless.text.json_text import read_json
from keyless.yaml_nodes import number


@dataclass(frozen=True, slots=True)
class Open:
    """A value that the files do not say.

    `sources` name where it comes from, such as `secrets.ROLE`; `truth` is whether it counts as
    true, None where that is not known either. A variable that a job does not see is open and false.
    """

    sources: frozenset[str]
    truth: bool | None = None


@dataclass(frozen=True, slots=True)
class Partial:
    """A text of which the files say some parts: at least one text and one open value."""

    parts: tuple[str | Open, ...]

    @property
    def sources(self) -> frozenset[str]:
        """Where its open parts come from."""
        return frozenset().union(*(p.sources for p in self.parts if isinstance(p, Open)))


class RefText(str):
    """The ref of a run, or its short name: what it is compared with decides about rows."""

    __slots__ = ("is_full",)
    is_full: bool

    def __new__(cls, text: str, *, is_full: bool) -> "RefText":
        """Keep whether the text is a whole ref, such as `refs/heads/main`."""
        made = super().__new__(cls, text)
        made.is_full = is_full
        return made


Known = Union[None, bool, float, str, "list[Value]", "dict[str, Value]"]
Value = Known | Open | Partial
Alternatives = tuple[Value, ...]
Ordering = Literal["<", "<=", ">", ">="]


def is_open(value: Value) -> bool:
    """Tell whether a value is not said in full."""
    return isinstance(value, Open | Partial)


def sources_of(values: Iterable[Value]) -> frozenset[str]:
    """Return where the open ones of some values come from."""
    return frozenset().union(*(v.sources for v in values if isinstance(v, Open | Partial)))


def truth(value: Value) -> bool | None:
    """Tell whether a value counts as true; None where that is not known."""
    if isinstance(value, Open):
        return value.truth
    if isinstance(value, Partial):
        return True
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    if isinstance(value, list | dict):
        return True
    return bool(value)


def truth_of(values: Iterable[Value]) -> bool | None:
    """Tell whether all alternatives count as true, or none; None where they differ."""
    found = {truth(value) for value in values}
    return found.pop() if len(found) == 1 else None


def text_of(value: Value) -> str | Open | Partial:
    """Write a value as part of a text."""
    match value:
        case Open(truth=False) | Open() | Partial() | str():
            return value
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() else repr(value)
        case list():
            return "Array"
        case _:
            return "Object"


def joined(parts: Iterable[str | Open | Partial]) -> Value:
    """Put parts of a text together."""
    flat: list[str | Open] = []
    for part in parts:
        for piece in part.parts if isinstance(part, Partial) else (part,):
            if isinstance(piece, str) and flat and isinstance(flat[-1], str):
                flat[-1] += piece
            elif piece != "":
                flat.append(piece)
    if not flat:
        return ""
    if len(flat) == 1:
        return flat[0]
    if all(isinstance(piece, Open) for piece in flat):
        return Open(sources_of(flat))
    return Partial(tuple(flat))


def trimmed(value: Value) -> Value:
    """Leave out blanks around a text, as actions do with their inputs."""
    if isinstance(value, str):
        return value.strip()
    if not isinstance(value, Partial):
        return value
    parts = list(value.parts)
    if isinstance(first := parts[0], str):
        parts[0] = first.lstrip()
    if isinstance(last := parts[-1], str):
        parts[-1] = last.rstrip()
    return joined(parts)


def _number(value: Known) -> float:
    match value:
        case None:
            return 0.0
        case bool() | float() | int():
            return float(value)
        case str():
            try:
                return number(value.strip()) if value.strip() else 0.0
            except ValueError:
                return math.nan
        case _:
            return math.nan


def equal(left: Known, right: Known) -> bool:
    """Compare two values as GitHub does."""
    if isinstance(left, str) and isinstance(right, str):
        return left.casefold() == right.casefold()
    if isinstance(left, list | dict) or isinstance(right, list | dict):
        return left is right
    if type(left) is type(right):
        return left == right
    return _number(left) == _number(right)


def ordered(operator: Ordering, left: Known, right: Known) -> bool:
    """Compare two values by size."""
    if isinstance(left, str) and isinstance(right, str):
        a, b = left.casefold(), right.casefold()
        return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator]
    x, y = _number(left), _number(right)
    return {"<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y}[operator]


def member(value: Value, key: Value) -> Value:
    """Return a member of an object or a list; nothing where there is none."""
    if isinstance(value, Open):
        name = key if isinstance(key, str) else "*"
        return Open(frozenset(f"{source}.{name}" for source in value.sources), value.truth)
    if isinstance(value, Partial) or is_open(key):
        return Open(sources_of((value, key)) or frozenset({"an index"}))
    if isinstance(value, Mapping) and isinstance(key, str):
        folded = key.casefold()
        return next((v for name, v in value.items() if name.casefold() == folded), None)
    if isinstance(value, Sequence) and isinstance(key, float) and not isinstance(value, str):
        return value[int(key)] if 0 <= key < len(value) else None
    return None


def decoded(text: str) -> Value:
    """Return what a JSON text says. Raises ValueError."""
    return _plain(read_json(text))


def _plain(value: object) -> Value:
    match value:
        case dict():
            return {str(name): _plain(one) for name, one in value.items()}
        case list():
            return [_plain(one) for one in value]
        case bool() | str() | None:
            return value
        case _:
            return float(str(value))
