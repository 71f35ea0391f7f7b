"""An `up` that renames, tightens, loosens and removes survives the failure of each of its calls."""

import pytest

from tests.faults.cases import cases
from tests.faults.rig import Rig
from tests.faults.runs import Run, recorded_calls
from tests.faults.survival import survive

SCENARIO = "update"


def test_its_calls_are_those_that_fail_in_turn(rig: Rig) -> None:
    """Another list: `python -m tests.faults --record`."""
    assert rig.undisturbed(SCENARIO).calls == recorded_calls()[SCENARIO]


@pytest.mark.parametrize("run", cases(SCENARIO))
def test_a_call_fails(rig: Rig, run: Run) -> None:
    survive(rig, run)
