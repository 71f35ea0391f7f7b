"""One preview speaks for equal states, and for no other."""

import json
from pathlib import Path

import pytest

from tests.faults.rig import SCENARIOS, Rig
from tests.faults.settled import Settled


@pytest.mark.long
def test_a_state_is_asked_about_once_and_another_one_anew(rig: Rig, tmp_path: Path) -> None:
    settled, world = Settled(), rig.world

    def asks() -> bool:
        before = world.github.calls
        settled.assert_no_changes(rig.stack, rig.stack.deployment())
        return world.github.calls > before

    _go_up(rig)
    assert asks()
    _go_up(rig)
    assert not asks()
    _describe_a_role_otherwise(rig, tmp_path / "state.json")
    assert asks()


def _go_up(rig: Rig) -> None:
    rig.begin("up")
    rig.stack.succeed(*SCENARIOS["up"].command)


def _describe_a_role_otherwise(rig: Rig, file: Path) -> None:
    """Change one input in the state and nothing else."""
    exported = json.loads(rig.stack.succeed("stack", "export"))
    resources = exported["deployment"]["resources"]
    role = next(each for each in resources if each["type"] == "aws:iam/role:Role")
    role["inputs"]["description"] = "another"
    file.write_text(json.dumps(exported))
    rig.stack.succeed("stack", "import", "--file", str(file))
