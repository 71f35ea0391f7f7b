"""A managed policy of the account: the pack sees what it allows, and an exception names it."""

import json
import re
from dataclasses import replace

from sandbox.world import STACKS, World
from tests.engine.estate import entry, environment, stack_config
from tests.engine.stack import Deploy, Stack

ARN = "arn:aws:iam::222222222222:policy/terraform/apply"
LOOKED_UP = {"preset": "managed-policy", "arn": ARN, "look_up": True}


def document(*actions: str) -> str:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def except_(stack: Stack, proposed: str) -> Stack:
    bench = stack.bench.with_own_code()
    file = bench.project / "policypack" / "config" / "prod.json"
    settings = json.loads(file.read_text())
    settings["exceptions"] = [{**json.loads(proposed), "reason": "network", "approver": "mona"}]
    file.write_text(json.dumps(settings))
    return replace(stack, bench=bench)


def test_an_exception_holds_for_the_version_that_was_looked_at(
    deploy: Deploy, world: World
) -> None:
    iam = world.aws.iam(STACKS["prod"])
    production = environment(roles={"apply": {"permissions": [LOOKED_UP]}})
    stack = deploy(stack_config({"storefront": entry("storefront", production=production)}))
    assert f'aws: AWS does not say what "{ARN}" allows' in stack.refuse("preview")
    iam.create_policy("", "/terraform/", document("ec2:*"), "apply", [])
    blocked = stack.fail("preview")
    [proposed] = re.findall(r'write (\{"policy": "role-permissions-scoped".*?\}) under', blocked)
    stack = except_(stack, proposed)
    stack.up()
    stack.assert_unchanged()
    iam.create_policy_version(ARN, document("ec2:*", "iam:*"), set_as_default=True)
    assert "is for another document" in stack.fail("preview")
