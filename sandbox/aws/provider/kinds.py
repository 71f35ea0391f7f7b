"""Say what a property can hold, and when two of its values are the same to AWS."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


def _itself(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Kind:
    """Describe a kind of value.

    `shape` is its Pulumi schema type. `fits` tells whether a known value has that shape.
    `canonical` maps values that AWS treats alike onto one. A kind with `kept` leaves the written
    value in the state, in that form, as long as AWS answers the same in other words. `written`
    turns what AWS answers into what a program writes.
    """

    label: str
    shape: Mapping[str, Any]
    fits: Callable[[Any], bool]
    canonical: Callable[[Any], Any] = _itself
    kept: Callable[[Any], Any] | None = None
    written: Callable[[Any], Any] = _itself

    def same(self, left: Any, right: Any) -> bool:
        """Tell whether AWS treats two values alike; nothing and emptiness are alike."""
        return (self.canonical(left) if left else None) == (
            self.canonical(right) if right else None
        )

    def settled(self, written: Any, found: Any) -> Any:
        """Return what the state contains when `written` was asked for and `found` is there."""
        if self.kept and written and self.same(written, found):
            return self.kept(written)
        return found


def normalised(document: str) -> str:
    """Return a JSON text without white space, its keys in order, as the state contains it."""
    return json.dumps(json.loads(document), sort_keys=True, separators=(",", ":"))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _are_tags(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_text, value.values()))


def _are_inline_policies(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, dict) and each.keys() <= {"name", "policy"} for each in value
    )


def _canonical_document(document: str) -> Any:
    try:
        return _canonical_json(json.loads(document))
    except ValueError:
        return document


def _canonical_json(value: Any) -> Any:
    """Treat a list of one like its element, and lists of texts like sets, as policies do."""
    match value:
        case dict():
            return {name: _canonical_json(each) for name, each in value.items()}
        case [only]:
            return _canonical_json(only)
        case list() if all(map(_is_text, value)):
            return sorted(value)
        case list():
            return [_canonical_json(each) for each in value]
        case _:
            return value


def _canonical_inline(policies: list[dict[str, str]]) -> Any:
    return {each.get("name"): _canonical_document(each.get("policy", "")) for each in policies}


def _canonical_issuer(url: str) -> str:
    return url.removeprefix("https://")


_STRING = {"type": "string"}

TEXT = Kind("a string", _STRING, _is_text)
NUMBER = Kind("a whole number", {"type": "integer"}, _is_number)
FLAG = Kind("true or false", {"type": "boolean"}, _is_flag)
TEXTS = Kind("a list of strings", {"type": "array", "items": _STRING}, _are_texts)
TEXT_SET = Kind("a list of strings", TEXTS.shape, _are_texts, canonical=sorted, kept=_itself)
TAGS = Kind("a map of strings", {"type": "object", "additionalProperties": _STRING}, _are_tags)
DOCUMENT = Kind(
    "a JSON document", _STRING, _is_text, canonical=_canonical_document, kept=normalised
)
ISSUER = Kind("a URL", _STRING, _is_text, canonical=_canonical_issuer, written="https://{}".format)
INLINE_POLICIES = Kind(
    "a list of names and policies",
    {"type": "array", "items": {"type": "object", "additionalProperties": _STRING}},
    _are_inline_policies,
    canonical=_canonical_inline,
    kept=_itself,
)
