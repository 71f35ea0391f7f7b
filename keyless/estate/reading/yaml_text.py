"""Read YAML as plain data: mappings, lists, text, whole numbers, true, false and nothing.

A word means here what it means in a stack file: `on` and `no` are text, as YAML 1.2 has it. What
YAML offers beyond plain data is refused: tags, merges, aliases that multiply, deep nesting.
"""

import re
from typing import Final

import yaml

from keyless.estate.reading.errors import MOST_FOUND
from keyless.text.json_text import AMBIGUOUS
from keyless.yaml_nodes import Dialect, Fault, Items, Node, Scalar, UnreadableYamlError, read_nodes

DEEPEST = 40
"""Levels of nesting that are looked at; the deepest model lies 12 below the top."""

_NO_CATALOGUE = "No catalogue needs so much. Write fewer aliases, or several files."
PLAIN_DATA: Final = Dialect(
    says={
        Fault.NO_TEXT: "Nothing of the file can be used. Save it as plain text.",
        Fault.SYNTAX: "Nothing of the file can be used. Mend the line.",
        Fault.SECOND_DOCUMENT: "Only one is read. Write one file each.",
        Fault.TAG: "A tag can run a program. Leave it out.",
        Fault.MERGE_KEY: "It hides what an entry says. Write the keys out.",
        Fault.KEY_NO_TEXT: "Keys are text. Write a name.",
        Fault.DUPLICATE_KEY: f"{AMBIGUOUS}. Keep one.",
        Fault.ALIAS: "It would never end. Write the values out.",
        Fault.TOO_DEEP: "Nothing reads that far down. Write plain entries.",
        Fault.TOO_MANY_VALUES: _NO_CATALOGUE,
        Fault.TOO_MANY_CHARACTERS: _NO_CATALOGUE,
    },
    tags=re.compile(r"(?!)"),
    deepest=DEEPEST,
    most_values=1_000_000,
    most_characters=10_000_000,
    most_repeats=MOST_FOUND,
)

_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,18})\Z")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+\Z")
_FRACTION = re.compile(r"[-+]?[0-9]+\.[0-9]*(?:[eE][-+]?[0-9]{1,3})?\Z")


def read_yaml(text: str) -> object:
    """Return the one document of a text as plain data; None where it has none.

    Raises UnreadableYamlError.
    """
    node = read_nodes(text, PLAIN_DATA)
    return None if node is None else _data(node)


def as_yaml(value: object) -> str:
    """Write a value in YAML's flow style on one line, as it would be behind its key."""
    text = yaml.safe_dump(value, default_flow_style=True, width=1_000_000, sort_keys=False)
    return text.removesuffix("\n").removesuffix("\n...")


def as_block(value: object) -> str:
    """Write a value in YAML's block style, as it would be in a file of its own."""
    text: str = yaml.safe_dump(value, sort_keys=False, width=100)
    return text


def _data(node: Node) -> object:
    if isinstance(node, Scalar):
        return _plain(node)
    if isinstance(node, Items):
        return [_data(item) for item in node.items]
    return {_plain(key): _data(value) for key, value in node.entries}


def _plain(scalar: Scalar) -> object:
    """Return what a value means: a number is one where every reader takes it for the same.

    Digits behind a zero are refused: Pulumi's reader takes 0123 for an octal number (go-yaml v3,
    resolve.go), others for text, and accounts can begin with a zero.
    """
    value, text = scalar.value, scalar.text
    if not isinstance(value, float):
        return value
    if _LEADING_ZERO.match(text):
        found = (
            f"{text[:40]} begins with a zero and has no quotes. Readers take it for different "
            f'numbers. Write it in quotes: "{text[:40]}".'
        )
        raise UnreadableYamlError((scalar.place.line, found))
    if _WHOLE.match(text):
        return int(text)
    return value if _FRACTION.match(text) else text
