"""A stack that version 0.1 brought up, before the code moved into its rooms, stays what it is.

`before_the_rooms/state.json` is what `pulumi stack export` printed then, of `config.yaml` there.
"""

import json
from pathlib import Path

import yaml

from tests.engine.stack import Deploy

FOLDER = Path(__file__).parent / "before_the_rooms"
STATE = FOLDER / "state.json"
BOUNDARY = (
    "urn:pulumi:prod::keyless::keyless:index:PermissionsBoundary$aws:iam/policy:Policy::"
    "permissions_boundary"
)
"""The recommended boundary closes more with each version; it is replaced in place."""


def test_a_stack_of_version_0_1_keeps_its_resources_and_their_names(deploy: Deploy) -> None:
    stack = deploy(yaml.safe_load((FOLDER / "config.yaml").read_text()))
    stack.up()  # the old state speaks of what exists on both sides
    written = {each["urn"] for each in stack.state()}
    stack.succeed("stack", "import", "--file", str(STATE))
    assert {each["urn"] for each in stack.state()} == written
    steps = json.loads(stack.succeed("preview", "--json"))["steps"]
    changed = {(each["op"], each["urn"]) for each in steps if each["op"] != "same"}
    assert changed <= {("update", BOUNDARY)}
