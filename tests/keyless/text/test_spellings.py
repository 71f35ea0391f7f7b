"""Names that a misspelt one may stand for."""

from time import process_time

import pytest

from keyless.text.spellings import Spellings

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
