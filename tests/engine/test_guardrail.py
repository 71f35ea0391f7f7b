"""The organisation's guardrail: beside roles, alone in the management account, and taken back."""

import json
from typing import Any

from keyless import facts
from keyless.estate.guardrail_document import Owner
from keyless.guardrail.judgement import probe
from sandbox.aws.accounts import PROD
from sandbox.aws.bootstrap import ROOT
from sandbox.world import World
from tests.engine.estate import protected_storefront, stack_config
from tests.engine.stack import Deploy, Stack, sentences

GUARDRAIL = {"create": True, "targets": [ROOT]}


def policies(world: World) -> list[Any]:
    """Return the resource control policies at the root that AWS has not put there."""
    (root,) = world.aws.organisation(PROD).ou
    return [each for each in root.attached_policies if not each.aws_managed]


def test_a_stack_of_the_guardrail_alone(deploy: Deploy, world: World) -> None:
    stack = deploy(stack_config({}, guardrail=GUARDRAIL))
    stack.up()
    stack.assert_unchanged("--refresh")
    (policy,) = policies(world)
    assert (policy.name, policy.type) == ("keyless-guardrail", "RESOURCE_CONTROL_POLICY")
    tried = probe(json.loads(policy.content), [Owner("acme", 9919)], facts.GITHUB_COM, "aws")
    assert [each for each in tried if not each.is_right] == []
    assert [entry.action for entry in world.journal.changes()] == ["CreatePolicy", "AttachPolicy"]
    stack.succeed("destroy", "--yes")
    assert policies(world) == []


def test_a_guardrail_comes_and_goes_beside_roles(deployed: Stack) -> None:
    stack, world, config = deployed, deployed.world, protected_storefront()
    config["keyless:guardrail"] = {**GUARDRAIL, "owners": {"globex": 9920}}
    stack.configure(config)
    assert sentences(stack.refuse("preview")) == [
        'keyless:guardrail.owners.globex: GitHub knows no owner "globex". The number may be '
        "anybody's. Write the login of an organisation or user."
    ]
    config["keyless:guardrail"] = GUARDRAIL
    stack.configure(config)
    stack.succeed("preview")
    stack.unjudged.up()
    assert [each.name for each in policies(world)] == ["keyless-guardrail"]
    del config["keyless:guardrail"]
    stack.configure(config)
    stack.unjudged.up()
    assert [entry.action for entry in world.journal.changes()] == [
        *("CreatePolicy", "AttachPolicy", "DetachPolicy", "DeletePolicy")
    ]
