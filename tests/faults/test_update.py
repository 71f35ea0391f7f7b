"""An `up` that renames, tightens, loosens and removes survives the failure of each of its calls."""

import pytest

from tests.faults.cases import cases
from tests.faults.rig import Rig
from tests.faults.runs import Run
from tests.faults.survival import survive
from tests.faults.undisturbed import recorded

SCENARIO = "update"


def test_undisturbed_it_does_what_is_recorded(rig: Rig) -> None:
    """Something else is meant: `python -m tests.faults --record`, and read the difference."""
    found, kept = rig.undisturbed(SCENARIO), recorded()[SCENARIO]
    assert found.calls == kept.calls
    assert found.end == kept.end


@pytest.mark.parametrize("run", cases(SCENARIO))
def test_a_call_fails(rig: Rig, run: Run) -> None:
    survive(rig, run)
