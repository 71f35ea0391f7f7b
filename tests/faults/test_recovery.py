"""What a kill leaves behind so seldom that no run can be told to meet it."""

from tests.faults.recovery import recover
from tests.faults.rig import Rig
from tests.faults.undisturbed import end_of, recorded


def test_a_file_beside_the_state_that_was_cut_short(rig: Rig) -> None:
    """Seen in two of some sixty kills: the backend writes that file in place, empty at first."""
    rig.begin("destroy")
    cut = rig.stack.backend / ".pulumi" / "stacks" / "keyless" / "prod.json.attrs"
    cut.write_bytes(b"")
    steps = recover(rig.stack, ("up", "--yes", "--skip-preview"), renaming=False)
    assert steps == ("rm .pulumi/stacks/keyless/prod.json.attrs",)
    assert end_of(rig.stack, rig.stack.deployment()) == recorded()["up"].end
