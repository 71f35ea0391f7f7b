"""A policy of an organisation and its attachment: created, read, changed, imported, deleted."""

from typing import Any

import pytest

from sandbox.aws.accounts import PROD
from sandbox.aws.bootstrap import ROOT, organise
from tests.sandbox.aws.driver import (
    ORGANIZATION_ATTACHMENT,
    ORGANIZATION_POLICY,
    Driver,
    Live,
    RefusedError,
)
from tests.sandbox.aws.stand_in import StandIn, text

DOCUMENT = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}],
}
POLICY: dict[str, Any] = {
    "name": "guardrail",
    "type": "RESOURCE_CONTROL_POLICY",
    "content": text(DOCUMENT),
    "description": "keeps others out",
}


@pytest.fixture(autouse=True)
def _organisation(aws: StandIn) -> None:
    organise(aws.app.organisation(PROD))


def attached(provider: Driver, policy: Live) -> Live:
    inputs = {"policyId": policy.identifier, "targetId": ROOT}
    return provider.create(ORGANIZATION_ATTACHMENT, inputs)


def test_what_is_created_reads_back_and_imports_the_same(provider: Driver) -> None:
    policy = provider.create(ORGANIZATION_POLICY, POLICY)
    attachment = attached(provider, policy)
    assert attachment.identifier == f"{ROOT}:{policy.identifier}"
    assert policy.state["arn"].endswith(f"/resource_control_policy/{policy.identifier}")
    for live in (policy, attachment):
        assert provider.read(live) == live
        imported = provider.imported(live.type_name, live.identifier)
        assert imported
        assert not provider.diff(imported, live.inputs).changes


def test_document_description_and_tags_change_in_place(provider: Driver, aws: StandIn) -> None:
    policy = provider.create(ORGANIZATION_POLICY, POLICY)
    other = text({**DOCUMENT, "Statement": []})
    changed = POLICY | {"content": other, "description": "x", "tags": {"team": "platform"}}
    assert not provider.diff(policy, changed).replaces
    updated = provider.update(policy, changed)
    assert provider.read(updated) == updated
    assert [e.action for e in aws.journal.changes()] == [
        *("CreatePolicy", "UpdatePolicy", "TagResource")
    ]


def test_a_policy_goes_after_its_attachment(provider: Driver) -> None:
    policy = provider.create(ORGANIZATION_POLICY, POLICY)
    attachment = attached(provider, policy)
    with pytest.raises(RefusedError, match="PolicyInUseException"):
        provider.delete(policy)
    provider.delete(attachment)
    assert provider.read(attachment) is None
    provider.delete(policy)
    assert provider.read(policy) is None
    provider.delete(policy)


def test_a_target_that_nobody_has(provider: Driver) -> None:
    policy = provider.create(ORGANIZATION_POLICY, POLICY)
    with pytest.raises(RefusedError, match="OrganizationalUnitNotFoundException"):
        provider.create(
            ORGANIZATION_ATTACHMENT, {"policyId": policy.identifier, "targetId": "r-zzzz"}
        )


def test_a_second_policy_of_the_name(provider: Driver) -> None:
    provider.create(ORGANIZATION_POLICY, POLICY)
    with pytest.raises(RefusedError, match="DuplicatePolicyException"):
        provider.create(ORGANIZATION_POLICY, POLICY)
