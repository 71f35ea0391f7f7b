"""When two policy documents say the same."""

import json

import pytest

from keyless.stack.policy_document import same_policy

DOCUMENT = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["a", "b"]}]}
TEXT = json.dumps(DOCUMENT)


def test_order_lists_of_one_and_labels_do_not_count() -> None:
    statement = {"Sid": "x", "Action": ["b", "a"], "Effect": "Allow"}
    other = {"Statement": statement, "Version": "2012-10-17"}
    assert same_policy(TEXT, other)


@pytest.mark.parametrize(
    "other",
    [
        TEXT.replace('"a"', '"c"'),
        TEXT.replace('"Effect"', '"Effect": "Deny", "Effect"'),
        "{",
        None,
    ],
    ids=["other", "twice", "no-json", "nothing"],
)
def test_what_is_not_the_same(other: object) -> None:
    assert not same_policy(TEXT, other)
    assert not same_policy(other, TEXT)
