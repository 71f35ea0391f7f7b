"""Values of resources, some of them not known yet."""

import pytest

from keyless.rules.resources import Unknown, listed, text_of, texts, unknowns
from tests.keyless.rules.stacks import declared

LATER = Unknown("policy")


def test_unknowns_are_found_at_any_depth() -> None:
    other = Unknown("x")
    assert list(unknowns({"a": [1, LATER, {"b": other}], "c": "d"})) == [LATER, other]
    assert list(unknowns([LATER])) == [LATER]
    assert list(unknowns(LATER)) == [LATER]
    assert list(unknowns("text")) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("deploy", "deploy"),
        (LATER, LATER),
        (None, None),
        (7, Unknown("name")),
        ([], Unknown("name")),
    ],
)
def test_what_is_no_text_is_not_known(value: object, text: object) -> None:
    assert text_of(declared("aws:iam/role:Role", "x", name=value), "name") == text


@pytest.mark.parametrize(
    ("value", "entries"),
    [(None, []), ([], []), (["a", "b"], ["a", "b"]), ("a", ["a"]), (LATER, [LATER])],
)
def test_one_value_is_a_list_of_one(value: object, entries: list[object]) -> None:
    assert listed(declared("aws:iam/role:Role", "x", roles=value), "roles") == entries


@pytest.mark.parametrize(
    ("value", "entries"),
    [
        ({"action": {"roles": ["a", "b"]}}, ["a", "b"]),
        ({"action": {"roles": "a"}}, ["a"]),
        ({"action": {}}, []),
        ({"action": LATER}, [LATER]),
        (LATER, [LATER]),
        (None, []),
    ],
)
def test_a_path_leads_into_an_object(value: object, entries: list[object]) -> None:
    resource = declared("aws:budgets/budgetAction:BudgetAction", "x", definition=value)
    assert listed(resource, "definition.action.roles") == entries


def test_texts_have_their_paths() -> None:
    value = {"a": ["x", {"b": "y"}], "c": {"d": 7}}
    expected = [("", "a"), ("a.0", "x"), ("a.1", "b"), ("a.1.b", "y"), ("", "c"), ("c", "d")]
    assert list(texts(value)) == expected
    assert list(texts(["x"], "key")) == [("key.0", "x")]
    assert list(texts({"..b": "x"})) == [("", "..b"), ("b", "x")]
    assert list(texts({"Xb": "x"})) == [("", "Xb"), ("Xb", "x")]
    assert list(texts({"b.": "x"})) == [("", "b."), ("b.", "x")]
