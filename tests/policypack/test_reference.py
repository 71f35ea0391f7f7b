"""The page of policies is current, and its examples do what it says."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from policypack.policies import POLICIES
from policypack.reference import EXAMPLES, PAGE, page
from tests.policypack.analyzer import UNKNOWN, Declared, Pack

NAMES = [policy.name for policy in POLICIES]


def read(name: str) -> Mapping[str, Any]:
    example: Mapping[str, Any] = yaml.safe_load((EXAMPLES / f"{name}.yaml").read_text("utf-8"))
    return example


def declared(name: str, written: Mapping[str, Any]) -> Declared:
    """Read a resource as a Pulumi program in YAML writes it."""
    package, module, kind = written["type"].split(":")
    waits_for = written.get("options", {}).get("dependsOn", ())
    return Declared(
        f"{package}:{module}/{kind[0].lower()}{kind[1:]}:{kind}",
        name,
        {key: evaluated(value) for key, value in written["properties"].items()},
        depends_on=tuple(each.strip("${}") for each in waits_for),
    )


def evaluated(value: Any) -> Any:
    """Write JSON out, unless it takes an output that is unknown at preview."""
    if not isinstance(value, dict) or "fn::toJSON" not in value:
        return value
    text = json.dumps(value["fn::toJSON"])
    return UNKNOWN if "${" in text else text


def says(pack: Pack, name: str, example: Mapping[str, Any]) -> list[str]:
    settings = {key: example[key] for key in ("settings", "exceptions") if key in example}
    stack = pack.configured(settings) if settings else "unconfigured"
    written = [declared(*each) for each in example.items() if each[0] not in settings]
    resources = written or [Declared("pulumi:pulumi:Stack", "s", {})]
    return [found.sentence for found in pack.judge(resources, stack) if found.policy == name]


@pytest.mark.parametrize("name", NAMES)
def test_blocked_example_is_blocked_as_the_page_says(pack: Pack, name: str) -> None:
    assert says(pack, name, read(name)["blocked"])[0] == read(name)["says"]


@pytest.mark.parametrize("name", NAMES)
def test_example_of_what_to_write_passes(pack: Pack, name: str) -> None:
    assert says(pack, name, read(name)["instead"]) == []


def test_every_policy_has_an_example_and_no_other() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.yaml")} == set(NAMES)


def test_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == page(), "run python -m policypack.reference"
