"""The compliant estate with one thing added or changed: what must be blocked, and what must pass.

`pack_cases/spoiled.json` says of each which resources take the place of those of the same name, or
come beside them, and which are left out.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.policypack.analyzer import Declared, Pack

FOLDER = Path(__file__).parent / "pack_cases"
COMPLIANT = json.loads((FOLDER / "stacks.json").read_text("utf-8"))[0]
SPOILED = json.loads((FOLDER / "spoiled.json").read_text("utf-8"))


def declared(resource: Mapping[str, Any]) -> Declared:
    by_property = resource.get("depends_by_property", {})
    return Declared(
        resource["type"],
        resource["name"],
        resource["properties"],
        tuple(resource.get("depends_on", ())),
        {key: tuple(names) for key, names in by_property.items()},
        resource.get("provider", {}),
    )


def resources_of(case: Mapping[str, Any]) -> list[Declared]:
    """Return the compliant estate with what the case changes in it."""
    resources = {each["name"]: each for each in (*COMPLIANT["resources"], *case["add"])}
    return [declared(resources[name]) for name in resources if name not in case.get("without", ())]


def settings_of(case: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the settings of the pack that the case is judged under."""
    settings: Mapping[str, Any] = case.get("settings", COMPLIANT["settings"])
    return settings


@pytest.mark.parametrize("case", SPOILED, ids=[case["id"] for case in SPOILED])
def test_spoiled_estate_is_judged_right(pack: Pack, case: Mapping[str, Any]) -> None:
    found = pack.judge(resources_of(case), pack.configured(settings_of(case)))
    blocked = [each for each in found if each.level == "mandatory"]
    assert ("blocked" if blocked else "passes") == case["expect"], [each.sentence for each in found]
