"""Wildcards of IAM, also hostile ones."""

import time

import pytest

from keyless.wildcards import matches, may_begin, without_variables


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("*", "", True),
        ("?", "", False),
        ("get*", "getobject", True),
        ("*object", "getobject", True),
        ("get*t", "getobject", True),
        ("get*b", "getobject", False),
        ("g?t*", "getobject", True),
        ("getobject", "getobject", True),
        ("getobject", "getobjects", False),
        ("*b*b*", "abcb", True),
        ("*ab", "aab", True),
        ("a.c", "abc", False),
    ],
)
def test_texts_that_fit(pattern: str, text: str, fits: bool) -> None:
    assert matches(pattern, text) is fits


@pytest.mark.parametrize(
    ("pattern", "head", "may"),
    [
        ("role/deploy", "role/", True),
        ("role/", "role/", False),
        ("rol", "role/", False),
        ("rolf/x", "role/", False),
        ("xole/x", "role/", False),
        ("r?le/x", "role/", True),
        ("rol*", "role/", True),
        ("*", "role/", True),
        ("x*", "role/", False),
        ("ro*x*", "role/", True),
        ("role/*f", "role/", True),
        ("rolf/*a*", "role/", False),
        ("*f", "", True),
        ("", "", False),
    ],
)
def test_patterns_that_may_begin_with_a_text(pattern: str, head: str, may: bool) -> None:
    assert may_begin(pattern, head) is may


@pytest.mark.parametrize(
    ("pattern", "shown"),
    [
        ("role/${aws:username}-${aws:PrincipalTag/x}/y", "role/*-*/y"),
        ("role/$x{y}", "role/$x{y}"),
        ("role/${", "role/${"),
    ],
)
def test_a_policy_variable_is_any_text(pattern: str, shown: str) -> None:
    assert without_variables(pattern) == shown


@pytest.mark.parametrize("pattern", ["********zz", "*a" * 12, "*" * 10_000 + "z", "a*" * 400 + "b"])
def test_a_hostile_pattern_is_compared_in_no_time(pattern: str) -> None:
    before = time.process_time()
    assert not matches(pattern, "a" * 1000 + "c")
    assert time.process_time() - before < 0.1
