"""Policy documents, read as IAM reads them."""

import pytest

from keyless.rules.policy_json import DocumentError, decoded, members, plain, unescaped

DEEP = "[" * 100_000


@pytest.mark.parametrize(
    ("document", "data"),
    [('{"a": [1, null]}', {"a": [1, None]}), ({"a": 1}, {"a": 1}), (["x"], ["x"]), (None, None)],
)
def test_text_and_data_are_the_same(document: object, data: object) -> None:
    assert decoded(document) == plain(document) == data


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ("{", "it is no JSON"),
        ("", "it is no JSON"),
        (DEEP, "it is no JSON"),
        ('{"a": 1, "a": 1}', 'it has a duplicate key "a"'),
    ],
)
def test_what_cannot_be_read_is_refused(document: str, says: str) -> None:
    with pytest.raises(DocumentError) as error:
        decoded(document)
    assert str(error.value) == says
    assert plain(document) is None


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("%7B%22a%22%3A%22%2B%22%7D", '{"a":"+"}'),
        (" \n%7B%7D", " \n{}"),
        ("%5B%5D ", "[] "),
        ('{"a": "%7B"}', '{"a": "%7B"}'),
        ("", ""),
        (None, None),
        ({"%7B": 1}, {"%7B": 1}),
    ],
)
def test_what_iam_answers_with_escapes_is_meant_without(value: object, meant: object) -> None:
    assert unescaped(value) == meant


def test_members_are_found_in_any_letter_case() -> None:
    holder = {"Principal": {"AWS": "x"}, "PRINCIPAL": ["y", "z"], "principals": "no"}
    assert members(holder, "principal") == [{"AWS": "x"}, "y", "z"]
    assert members(holder, "action") == []
