"""Whole stacks that the pack must block, each for another kind of hole, and one that passes.

`pack_cases/stacks.json` holds a compliant estate and what becomes of it when one thing is added or
changed.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.policypack.analyzer import Declared, Pack

CASES = json.loads((Path(__file__).parent / "pack_cases" / "stacks.json").read_text("utf-8"))


def declared(resource: Mapping[str, Any]) -> Declared:
    by_property = {key: tuple(names) for key, names in resource["depends_by_property"].items()}
    return Declared(
        resource["type"],
        resource["name"],
        resource["properties"],
        tuple(resource["depends_on"]),
        by_property,
    )


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_stack_is_judged_right(pack: Pack, case: Mapping[str, Any]) -> None:
    stack = pack.configured(case["settings"])
    found = pack.judge([declared(each) for each in case["resources"]], stack)
    blocked = [each for each in found if each.level == "mandatory"]
    assert ("blocked" if blocked else "passes") == case["expect"], [each.sentence for each in found]
