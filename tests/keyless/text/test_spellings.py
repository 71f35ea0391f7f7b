"""Names that a misspelt one may stand for."""

from time import process_time

import pytest

from keyless.estate.presets import catalogue
from keyless.text.spellings import MeantNames, Spellings

NAMES = ["getobject", "getobjectacl", "putobject", "listbuckets", "deletebucket"]


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("getobjekt", ["getobject", "getobjectacl", "putobject"]),
        ("listbucket", ["listbuckets", "deletebucket"]),
        ("quantum", []),
        ("", []),
    ],
)
def test_the_nearest_comes_first(word: str, near: list[str]) -> None:
    assert Spellings(NAMES).near(word) == near


def test_no_more_are_named_than_asked_for() -> None:
    assert Spellings(NAMES).near("getobjekt", most=1) == ["getobject"]


def test_a_word_of_any_length_among_many_names_takes_little() -> None:
    spellings = Spellings(f"describe{number:05}" for number in range(5_000))
    began = process_time()
    assert spellings.near("describe" * 100_000) == []
    assert process_time() - began < 1


def test_hundreds_of_misspelt_actions_take_under_a_millisecond_each() -> None:
    """Compared with each action of their service, they would take ten times that."""
    actions = catalogue.actions_matching("ec2:*")
    misspelt = [f"{action.name[:-1]}x" for action in actions]
    assert len(misspelt) > 600
    began = process_time()
    found = [catalogue.nearest_actions(action)[0] for action in misspelt]
    assert process_time() - began < len(misspelt) / 1000
    assert len(set(found)) > 600


@pytest.mark.parametrize("position", [0, 250, 499])
def test_a_name_among_many_is_found_in_an_index(position: int) -> None:
    names = [f"Team-{number:03}-{number % 7}-storefront" for number in range(500)]
    index = MeantNames(names)
    began = process_time()
    for _ in range(100):
        assert index.nearest(names[position].lower().replace("front", "fronnt")) == names[position]
    assert process_time() - began < 0.2
