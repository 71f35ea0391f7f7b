"""What adopt decides of each seed is what its expectation says, row by row."""

from datetime import date
from functools import cache
from typing import Any

import pytest

from keyless.adopt.entries import write_entries
from keyless.adopt.listing import adopt_listing
from keyless.estate.presets import Place
from keyless.narrowing.recognition import rights
from tests import seeds
from tests.keyless.adopt.held import decided_seed

_PLACE = Place("aws", "222222222222", "eu-west-1")


def rows(part: str) -> list[Any]:
    return [
        pytest.param(name, row, id=f"{name}-{number}")
        for name in seeds.NAMES
        for number, row in enumerate(seeds.expected(name)[part])
    ]


@cache
def listed(name: str) -> Any:
    as_of = date.fromisoformat(seeds.expected(name)["as_of"])
    written = write_entries(decided_seed(name), "prod")
    return adopt_listing(written.decided, (), as_of=as_of)


@pytest.mark.parametrize(("name", "expected"), rows("roles"))
def test_role(name: str, expected: dict[str, Any]) -> None:
    (found,) = [row for row in listed(name)["roles"] if row["role"] == expected["role"]]
    assert found["decision"] == expected["decision"], found
    assert found["why"] in (expected["why"], *expected.get("also", ())), found
    for key in ("verdict", "repository", "context"):
        assert found[key] == expected[key], (key, found)
    assert sorted(found["used_by"]) == sorted(expected["used_by"])
    assert found["contexts"] == expected.get("contexts", []), found
    assert found.get("settings") == expected.get("settings"), found
    assert found["workflows"] == expected.get("workflows", [])
    if "permissions" in expected:
        managed = [one for one in expected["permissions"] if one["preset"] == "managed-policy"]
        assert [one for one in found["permissions"] if one["preset"] == "managed-policy"] == managed
        assert rights(found["permissions"], _PLACE) == rights(expected["permissions"], _PLACE)


@pytest.mark.parametrize(("name", "expected"), rows("environments"))
def test_environment(name: str, expected: dict[str, Any]) -> None:
    places = [(row["repository"], row["environment"]) for row in listed(name)["environments"]]
    found = listed(name)["environments"][
        places.index((expected["repository"], expected["environment"]))
    ]
    assert (found["decision"], found["why"]) == (expected["decision"], expected["why"])
    assert found["changes"] == expected.get("changes", [])
    assert found.get("settings") == expected.get("settings")


@pytest.mark.parametrize("name", seeds.NAMES)
def test_everything_else(name: str) -> None:
    expected, found = seeds.expected(name), listed(name)
    for part in ("variables", "secrets_with_arns", "jobs"):
        assert sorted(found[part], key=str) == sorted(expected[part], key=str), part
    assert len(found["roles"]) == len(expected["roles"])
    assert len(found["environments"]) == len(expected["environments"])
    providers = [
        {**one, "note": None, "drop": one.get("drop", [])} for one in expected["oidc_providers"]
    ]
    for own, wanted in zip(found["oidc_providers"], providers, strict=True):
        assert (own["url"], own["decision"], own["drop"]) == (
            wanted["url"],
            wanted["decision"],
            wanted["drop"],
        )
    for own, wanted in zip(found["static_keys"], expected["static_keys"], strict=True):
        expected_row = {key: value for key, value in wanted.items() if key != "note"}
        assert {key: own[key] for key in expected_row} == expected_row
