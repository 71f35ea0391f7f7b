"""The pins: whole commits, each with the release that it was."""

import re

from keyless.workflow.action_pins import action_pins


def test_every_pin_is_a_whole_commit_with_its_release() -> None:
    assert set(action_pins()) == {"actions/checkout", "aws-actions/configure-aws-credentials"}
    for pin in action_pins().values():
        assert re.fullmatch(r"[0-9a-f]{40}", pin.commit)
        assert re.fullmatch(r"v\d+\.\d+\.\d+", pin.tag)


def test_pin_as_written() -> None:
    assert re.fullmatch(
        r"actions/checkout@[0-9a-f]{40} # v[\d.]+", str(action_pins()["actions/checkout"])
    )
