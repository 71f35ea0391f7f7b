"""Rules that a value of the config keeps, beside what its type says, and their JSON Schema.

A rule raises ValueError with `<what was found>. <why it matters>. <what to write instead>.`; the
reader of the settings puts the place in front.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from keyless.text.sentences import quoted


@dataclass(frozen=True)
class Checked:
    """Annotate a type with a rule, and its JSON Schema with what editors can check of it."""

    check: Callable[[Any], Any]
    schema: Mapping[str, object] = field(default_factory=dict, hash=False)

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Run the rule after the type's own validation."""
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Add the rule's part of the schema to the type's own."""
        return handler(core) | dict(self.schema)


def matching(pattern: str, otherwise: str) -> Checked:
    """Accept texts that match a whole pattern; for others the sentence goes on with `otherwise`."""
    whole = re.compile(rf"(?:{pattern})\Z")

    def check(text: str) -> str:
        if not whole.match(text):
            raise ValueError(f"{quoted(text)} {otherwise}")
        return text

    return Checked(check, {"pattern": f"^(?:{pattern})$"})


def named(what: str, pattern: str, rule: str) -> Checked:
    """Accept names that match a whole pattern, and say for an ARN that the name alone is meant."""
    whole = re.compile(rf"(?:{pattern})\Z")

    def check(name: str) -> str:
        if name.startswith("arn:"):
            raise ValueError(
                f"{quoted(name)} is an ARN. The preset composes it, so that it is right in every "
                f"stack. Write the {what} alone."
            )
        if not whole.match(name):
            raise ValueError(f"{quoted(name)} is no {what}. {rule}. Write it as AWS shows it.")
        return name

    return Checked(check, {"pattern": f"^(?:{pattern})$"})


def between(lowest: int, highest: int, why: str) -> Checked:
    """Accept whole numbers of a range, both ends included."""

    def check(number: int) -> int:
        if not lowest <= number <= highest:
            raise ValueError(
                f"{quoted(number)} is out of range. {why}. "
                f"Write a whole number from {lowest} to {highest}."
            )
        return number

    return Checked(check, {"minimum": lowest, "maximum": highest})


def _without_repeats(fold: Callable[[str], str]) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
    def check(values: tuple[str, ...]) -> tuple[str, ...]:
        seen: dict[str, str] = {}
        for value in values:
            if fold(value) in seen:
                raise ValueError(
                    f"{quoted(seen[fold(value)])} and {quoted(value)} are the same. One of them "
                    "may be a mistake for another. Name each once."
                )
            seen[fold(value)] = value
        return values

    return check


def _not_empty(kind: str) -> Callable[[Collection[object]], Collection[object]]:
    def check(values: Collection[object]) -> Collection[object]:
        if not values:
            raise ValueError(
                f"an empty {kind}. It asks for nothing. Fill it, or leave out what it belongs to."
            )
        return values

    return check


REPEAT_FREE = Checked(_without_repeats(str), {"uniqueItems": True})
REPEAT_FREE_IN_ANY_CASE = Checked(_without_repeats(str.casefold), {"uniqueItems": True})
NOT_EMPTY = Checked(_not_empty("list"), {"minItems": 1})
NOT_EMPTY_MAPPING = Checked(_not_empty("mapping"), {"minProperties": 1})
