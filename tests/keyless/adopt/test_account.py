"""What stands in an account is read as AWS reads it, or handed on as it is."""

import json
from urllib.parse import quote, unquote

import pytest

from keyless.adopt.account import decoded

TRUST = {"Version": "2012-10-17", "Statement": []}
TWICE = '{"Version": "2012-10-17", "Statement": [], "Statement": [{}]}'


@pytest.mark.parametrize("given", [TRUST, json.dumps(TRUST), quote(json.dumps(TRUST))])
def test_a_document_is_data_with_or_without_escapes(given: object) -> None:
    assert decoded(given) == TRUST


@pytest.mark.parametrize("given", [TWICE, quote(TWICE), "no json", "[" * 100_000])
def test_a_document_that_says_two_things_or_none_stays_text_for_the_judge(given: str) -> None:
    assert decoded(given) == unquote(given)
