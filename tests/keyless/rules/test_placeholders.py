"""Placeholders in a policy that is being written, and what is put in their place."""

import json
from datetime import date

import pytest

from keyless.rules.placeholders import (
    Placeholder,
    before_hole,
    filled,
    has_holes,
    hole,
    shown,
    tried,
)

OWNER, SHOP, NAME = "id of acme", "id of acme/shop", "environment"
POLICY = {"sub": f"{hole(NAME)}@{hole(OWNER)}/{hole(SHOP)}", "ids": [hole(SHOP), hole(OWNER)]}


def test_a_policy_is_tried_with_a_name_and_with_numbers_of_their_own() -> None:
    assert json.loads(tried(POLICY)) == {"sub": "anything@2/3", "ids": ["3", "2"]}


def test_a_policy_is_shown_with_each_placeholder_once_and_what_says_it() -> None:
    documents, fill_in = shown([POLICY, {"sub": "<x> \N{SNOWMAN}"}])
    assert documents == (
        {"sub": f"<{NAME}>@<{OWNER}>/<{SHOP}>", "ids": [f"<{SHOP}>", f"<{OWNER}>"]},
        {"sub": "<x> \N{SNOWMAN}"},
    )
    assert fill_in == (
        Placeholder(NAME, None),
        Placeholder(OWNER, "gh api users/acme --jq .id"),
        Placeholder(SHOP, "gh api repos/acme/shop --jq .id"),
    )
    assert filled(documents, {NAME: 'a"b', OWNER: "9919"}) == (
        {"sub": f'a"b@9919/<{SHOP}>', "ids": [f"<{SHOP}>", "9919"]},
        documents[1],
    )


@pytest.mark.parametrize("mark", [*hole("")])
def test_what_would_make_a_placeholder_is_found_wherever_it_is(mark: str) -> None:
    assert has_holes({"a": [{"b": f"c{mark}"}]})
    assert has_holes({mark: "a"})
    assert not has_holes({"Version": date(2012, 10, 17), "a": "<b>"})


def test_what_is_before_the_first_placeholder() -> None:
    assert before_hole(f"a:{hole('b')}:c:{hole('d')}") == "a:"
    assert before_hole(hole("a")) == ""
    assert before_hole("a") is None
