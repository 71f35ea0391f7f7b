"""The programs that keyless is compared with do the same work."""

import json
from collections import Counter
from typing import Any

import pytest

from sandbox.bench.previews import Program, open_programs

SIZE = 2


@pytest.fixture(scope="module")
def planned() -> dict[str, tuple[Counter[tuple[str, str]], list[dict[str, Any]]]]:
    """Return the calls and the planned resources of each program."""
    with open_programs(SIZE) as programs:
        return {each.name: plan(each) for each in (programs.keyless, programs.flat, programs.nodes)}


def plan(program: Program) -> tuple[Counter[tuple[str, str]], list[dict[str, Any]]]:
    program.world.journal.clear()
    ended = program.bench.pulumi("preview", "--json", "--stack", "prod", project=program.folder)
    assert ended.returncode == 0, ended.stdout
    calls = Counter((entry.action, entry.target) for entry in program.world.journal.entries())
    text = ended.stdout[ended.stdout.index("{\n") :]
    return calls, [step["newState"] for step in json.JSONDecoder().raw_decode(text)[0]["steps"]]


def inputs(states: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    """Return what each resource of the repositories is to be, but for its defaults and tags."""
    return {
        (state["type"], state["urn"].rpartition("::")[2]): {
            key: value
            for key, value in state["inputs"].items()
            if key not in ("__defaults", "tags", "tagsAll")
        }
        for state in states
        if "service-" in state["urn"] and state.get("custom")
    }


@pytest.mark.parametrize("name", ["flat", "nodes"])
def test_the_plain_programs_make_the_same_look_ups(planned: Any, name: str) -> None:
    assert planned[name][0] == planned["keyless"][0]


@pytest.mark.parametrize("name", ["flat", "nodes"])
def test_the_plain_programs_register_the_same_resources(planned: Any, name: str) -> None:
    assert inputs(planned[name][1]) == inputs(planned["keyless"][1])
    assert len(inputs(planned[name][1])) == 6 * SIZE


def test_one_of_them_registers_the_same_nodes(planned: Any) -> None:
    nodes = {
        name: Counter(
            state["type"].rpartition(":")[2]
            for state in states
            if not state.get("custom") and state["type"] != "pulumi:pulumi:Stack"
        )
        for name, (_, states) in planned.items()
    }
    assert nodes["nodes"] == nodes["keyless"]
    assert nodes["flat"] == Counter()
