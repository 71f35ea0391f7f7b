"""Tests of how sentences name places and quote what they found."""

import math

import pytest

from keyless.estate.reading.yaml_text import as_yaml
from keyless.text.sentences import joined, kind, listed, nearest, quoted


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (None, "empty"),
        (True, "a boolean"),
        (1, "a number"),
        (1.5, "a number"),
        ("x", "text"),
        ({}, "a mapping"),
        ([], "a list"),
        ({1}, "no plain value"),
    ],
)
def test_kinds(value: object, word: str) -> None:
    assert kind(value) == word


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("main", '"main"'),
        ("m\u0430in", '"m\\u0430in" (U+0430 looks like "a")'),
        ("\ud800\x1b[31m", '"\\ud800\\u001b[31m"'),
        (True, "true"),
        (math.nan, "NaN"),
        ("x" * 200, f'"{"x" * 76}...'),
    ],
)
def test_quotes(value: object, text: str) -> None:
    assert quoted(value) == text


def test_what_never_ends_is_named_by_its_kind() -> None:
    endless: list[object] = []
    endless.append(endless)
    assert quoted(endless) == "a list"
    assert quoted(10**5000) == "a number"


@pytest.mark.parametrize(
    ("keys", "path"),
    [
        (["storefront", "id"], "repositories.storefront.id"),
        (["users", 0], "repositories.users[0]"),
        ([".github"], 'repositories[".github"]'),
        (["a/b", "roles"], 'repositories["a/b"].roles'),
        ([], "repositories"),
    ],
)
def test_places(keys: list[str | int], path: str) -> None:
    assert joined("repositories", keys) == path


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("enviroments", "environments"),
        ("pull-requests", "pull_requests"),
        ("pullRequests", "pull_requests"),
        ("lambda", "lambda-function"),
        ("pro", None),
        ("xyz", None),
        ("", None),
    ],
)
def test_near_words(word: str, near: str | None) -> None:
    known = ["environments", "pull_requests", "lambda-function", "protected", "provider"]
    assert nearest(word, known) == near


def test_lists() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed([1, 2], last="or") == "1 or 2"


def test_yaml_on_one_line() -> None:
    assert as_yaml("main") == "main"
    assert as_yaml(True) == "true"
    assert as_yaml({"branches": ["main", "1"]}) == "{branches: [main, '1']}"
