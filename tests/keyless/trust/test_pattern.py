"""Wildcards against regular expressions."""

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keyless.trust.pattern import PatternSet, read_pattern

LETTERS = st.text(alphabet="abA/:*?", max_size=12)
SETTINGS = settings(
    deadline=None,
    database=None,
    derandomize=True,
    max_examples=1_000,
    suppress_health_check=[HealthCheck.too_slow],
)


def expression(value: str) -> str:
    return "".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in value)


@SETTINGS
@given(st.lists(LETTERS, max_size=3), LETTERS, st.booleans())
def test_union_matches_as_regular_expressions_do(
    values: list[str], text: str, ignores_case: bool
) -> None:
    union = PatternSet(
        [
            read_pattern(value, wildcards=True, variables=False, ignores_case=ignores_case)
            for value in values
        ]
    )
    flags = re.DOTALL | (re.IGNORECASE if ignores_case else 0)
    expected = any(re.fullmatch(expression(value), text, flags) for value in values)
    assert union.matches(text) == expected


@SETTINGS
@given(LETTERS, LETTERS)
def test_without_wildcards_a_value_is_itself(value: str, text: str) -> None:
    pattern = read_pattern(value, wildcards=False, variables=False, ignores_case=False)
    assert PatternSet([pattern]).matches(text) == (value == text)
    assert PatternSet([pattern]).literals == frozenset({value})


@SETTINGS
@given(LETTERS, LETTERS)
def test_every_match_begins_with_the_literal_prefix(value: str, text: str) -> None:
    pattern = read_pattern(value, wildcards=True, variables=False, ignores_case=False)
    assert pattern.prefix == re.split(r"[*?]", value)[0]
    if PatternSet([pattern]).matches(text):
        assert text.startswith(pattern.prefix)
