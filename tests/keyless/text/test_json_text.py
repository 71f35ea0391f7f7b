"""Tests of the decoder: JSON that means one thing, or a refusal."""

import ast
import json
from collections import UserList
from pathlib import Path
from types import MappingProxyType

import pytest

from keyless.text.json_text import (
    ConstantError,
    DuplicateKeyError,
    as_json,
    read_as_written,
    read_json,
)

ROOT = Path(__file__).parents[3]
READ_OTHERWISE = {
    "keyless/audit/files.py": "a trust policy, which the judge decodes again",
    "keyless/estate/presets/statement.py": "what was written a line before",
    "keyless/stack/policy_document.py": "what was written a line before",
    "keyless/rules/duplicate_keys.py": "a search for duplicate keys",
    "keyless/rules/placeholders.py": "what was written a line before",
    "keyless/trust/plain.py": "trust policies, where names that differ in letter case are one",
}
"""Where `json.loads` may be called: never on what a person or a tool hands in."""


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 1}',
        '{"b": 0, "a": 1, "a": 1}',
        '[{"b": {"a": 1, "c": 2, "a": 3}}]',
        '{"a": 1, "\\u0061": 2}',
    ],
)
def test_a_duplicate_key_is_refused(text: str) -> None:
    for given in (text, text.encode(), text.encode("utf-16")):
        with pytest.raises(DuplicateKeyError, match=r'^duplicate key "a"$') as error:
            read_json(given)
        assert error.value.key == "a"


def test_names_that_differ_in_letter_case_are_two() -> None:
    assert read_json('{"a": 1, "A": [{"a": 2}]}') == {"a": 1, "A": [{"a": 2}]}


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert read_json("\ufeff[]") == read_json(b"\xef\xbb\xbf[]") == []


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_a_constant_of_another_language_is_refused(constant: str) -> None:
    with pytest.raises(ConstantError, match=f"^{constant} is no JSON value$"):
        read_json(f'{{"a": [{constant}]}}')


@pytest.mark.parametrize("text", ["", "{", "{} {}", b"\xff"])
def test_what_is_no_json_is_refused_as_such(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"char 0|char 1|char 3|decode byte") as error:
        read_json(text)
    assert isinstance(error.value, json.JSONDecodeError | UnicodeDecodeError)


def test_the_rooms_that_people_hand_json_to_have_no_other_decoder() -> None:
    found = {
        str(file.relative_to(ROOT))
        for room in ("components", "keyless", "policypack")
        for file in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in {("json", "loads"), ("json", "load")}
    }
    assert found == set(READ_OTHERWISE)


def test_numbers_are_the_texts_that_they_are_written_as() -> None:
    text = '\ufeff{"a": 811.0, "b": [1e3, 12345678901234567890, 1.50]}'
    numbers = ["1e3", "12345678901234567890", "1.50"]
    assert read_as_written(text, whole_floats=True) == {"a": "811.0", "b": numbers}
    assert read_as_written(text, whole_floats=False) == {"a": "811", "b": numbers}
    for refused in ('{"a": 1, "a": 1}', '{"a": NaN}'):
        with pytest.raises(ValueError, match=r"duplicate key|NaN is no JSON value"):
            read_as_written(refused, whole_floats=True)


def test_proxies_and_bytes_are_written_as_json() -> None:
    proxy = MappingProxyType({"a": UserList(["\u00e9"])})
    assert as_json(proxy) == '{"a": ["\u00e9"]}'
    assert as_json('"\u00e9"'.encode()) == '"\u00e9"'
    for value, kind in ((b"x", "bytes"), ({1}, "set")):
        with pytest.raises(TypeError, match=f"^{kind} is no JSON value$"):
            as_json([value])
