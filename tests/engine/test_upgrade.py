"""A stack that version 0.1 brought up, before the code moved into its rooms, stays what it is.

`before_the_rooms/state.json` is what `pulumi stack export` printed then, of `config.yaml` there.
"""

import json
from dataclasses import replace
from pathlib import Path

import yaml

from tests.engine.stack import Deploy, Stack

FOLDER = Path(__file__).parent / "before_the_rooms"
STATE = FOLDER / "state.json"
BOUNDARY = (
    "urn:pulumi:prod::keyless::keyless:index:PermissionsBoundary$aws:iam/policy:Policy::"
    "permissions_boundary"
)
"""The recommended boundary closes more with each version; it is replaced in place."""

OWN_STATE = "urn:pulumi:prod::keyless::pulumi:providers:pulumi::default"
"""By this provider the program reads its own state, which version 0.1 did not."""

OF_THE_PIPELINE = {
    "arn": "arn:aws:iam::222222222222:policy/bootstrap/keyless-up",
    "roles": ["acme-storefront-production-migrate"],
}
"""What the stack names and does not create: the pack's settings say which role may have it."""


def with_settings_of_today(stack: Stack) -> Stack:
    """List boundary and managed policy for their role, as the changelog tells who upgrades."""
    bench = stack.bench.with_own_code()
    file = bench.project / "policypack" / "config" / "prod.json"
    held = json.loads(file.read_text())
    held["settings"]["boundaries"].append(OF_THE_PIPELINE)
    held["settings"]["managed_policies"] = [OF_THE_PIPELINE]
    file.write_text(json.dumps(held))
    return replace(stack, bench=bench)


def test_a_stack_of_version_0_1_keeps_its_resources_and_their_names(deploy: Deploy) -> None:
    stack = with_settings_of_today(deploy(yaml.safe_load((FOLDER / "config.yaml").read_text())))
    stack.unjudged.up()  # the old state speaks of what exists on both sides
    written = {each["urn"] for each in stack.state()}
    stack.succeed("stack", "import", "--file", str(STATE))
    assert {each["urn"] for each in stack.state()} == written - {OWN_STATE}
    steps = json.loads(stack.succeed("preview", "--json"))["steps"]
    changed = {(each["op"], each["urn"]) for each in steps if each["op"] != "same"}
    assert changed <= {("update", BOUNDARY), ("create", OWN_STATE)}
