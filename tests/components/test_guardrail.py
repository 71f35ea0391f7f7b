"""Tests of the guardrail as resources; its document has tests of its own."""

import json

from keyless import facts
from keyless.estate.guardrail_document import Owner, guardrail_document
from tests.components.test_provision import registered
from tests.keyless.estate.reading.sample import spoiled, stack_config

GUARDRAIL = {"create": True, "targets": ["ou-acme-a1b2c3d4", "111111111111"]}


def test_the_policy_and_an_attachment_for_each_target() -> None:
    found = registered(spoiled("keyless:guardrail", {**GUARDRAIL, "owners": {"acme-labs": 9920}}))
    inputs = found["Policy::guardrail"].inputs
    assert json.loads(inputs.pop("content")) == guardrail_document(
        [Owner("acme", 9919), Owner("acme-labs", 9920)], [facts.GITHUB_COM], "aws"
    )
    assert inputs == {
        "name": "keyless-guardrail",
        "type": "RESOURCE_CONTROL_POLICY",
        "description": "Refuses tokens of every GitHub owner but those that keyless names",
        "tags": {"team": "platform"},
    }
    attached = [each for key, each in found.items() if key.startswith("PolicyAttachment::")]
    assert [each.inputs["targetId"] for each in attached] == GUARDRAIL["targets"]
    assert {each.parent for each in attached} == {"Guardrail::guardrail"}


def test_without_the_setting_nothing_of_it_is_registered() -> None:
    assert not any("guardrail" in key.lower() for key in registered())


def test_a_stack_of_the_guardrail_alone_makes_nothing_for_roles() -> None:
    raw = {**stack_config(), "keyless:guardrail": GUARDRAIL, "keyless:repositories": {}}
    types = {each.type for each in registered(raw).values()}
    assert types >= {"keyless:index:Guardrail", "aws:organizations/policy:Policy"}
    assert not types & {
        "keyless:index:OidcProvider",
        "keyless:index:PermissionsBoundary",
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        "aws:iam/policy:Policy",
    }
