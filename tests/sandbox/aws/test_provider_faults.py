"""What the provider does when AWS fails it: survived by retries, or reported with what is left."""

import pytest

from sandbox.aws.accounts import PROD
from sandbox.faults import Fault, Kind
from tests.sandbox.aws.driver import POLICY, ROLE, Driver, Live, RefusedError
from tests.sandbox.aws.samples import READ_ONLY, SAMPLES, created
from tests.sandbox.aws.stand_in import GOOD_PERMISSIONS, GOOD_TRUST, StandIn, spoiled, text

_NAME = SAMPLES[ROLE]["name"]


@pytest.mark.parametrize("kind", [Kind.THROTTLED, Kind.SERVER_ERROR, Kind.DROPPED])
def test_a_passing_failure_is_survived(provider: Driver, aws: StandIn, kind: Kind) -> None:
    aws.faults.add(Fault(kind=kind, action="CreateRole"))

    live = created(provider, ROLE)

    assert live.identifier == _NAME
    assert [
        (entry.fault, entry.changed)
        for entry in aws.journal.entries()
        if entry.action == "CreateRole"
    ] == [(kind.value, False), (None, True)]


def test_a_lost_answer_to_an_idempotent_call_is_survived(provider: Driver, aws: StandIn) -> None:
    live = created(provider, ROLE)
    aws.faults.add(Fault(kind=Kind.LOST, action="UpdateRole"))

    updated = provider.update(live, SAMPLES[ROLE] | {"maxSessionDuration": 7200})

    assert updated.state["maxSessionDuration"] == 7200


def test_a_lost_answer_to_a_creation_is_answered_with_what_exists(
    provider: Driver, aws: StandIn
) -> None:
    aws.faults.add(Fault(kind=Kind.LOST, action="CreateRole"))

    with pytest.raises(RefusedError, match="EntityAlreadyExists") as caught:
        created(provider, ROLE)

    assert caught.value.left is None
    imported = provider.imported(ROLE, _NAME)
    assert imported is not None
    assert not provider.diff(imported, SAMPLES[ROLE]).changes


def test_a_lasting_failure_is_reported(provider: Driver, aws: StandIn) -> None:
    aws.faults.add(Fault(kind=Kind.THROTTLED, action="CreateRole", times=3))

    with pytest.raises(RefusedError) as caught:
        created(provider, ROLE)

    assert str(caught.value) == (
        f"creating IAM Role ({_NAME}): operation error CreateRole, https response error "
        "StatusCode: 400, Throttling: Rate exceeded"
    )
    assert list(aws.app.iam(PROD).get_roles()) == []


def test_a_role_whose_policies_fail_is_kept_and_completed_later(
    provider: Driver, aws: StandIn
) -> None:
    inputs = SAMPLES[ROLE] | {
        "inlinePolicies": [{"name": "p", "policy": spoiled(GOOD_PERMISSIONS, Principal="*")}],
        "managedPolicyArns": [READ_ONLY],
    }
    with pytest.raises(RefusedError, match=r"completing IAM Role .*MalformedPolicy") as caught:
        provider.create(ROLE, inputs)
    left = caught.value.left
    assert left is not None
    assert (left.id, list(left.reasons)) == (_NAME, [str(caught.value)])

    mended = inputs | {"inlinePolicies": [{"name": "p", "policy": text(GOOD_PERMISSIONS)}]}
    kept = Live(ROLE, left.id, dict(left.inputs), dict(left.properties))
    updated = provider.update(kept, mended)

    assert not provider.diff(updated, mended).changes
    role = next(iter(aws.app.iam(PROD).get_roles()))
    assert (list(role.policies), list(role.managed_policies)) == (["p"], [READ_ONLY])


def test_an_update_that_fails_midway_tells_what_aws_holds(provider: Driver) -> None:
    live = created(provider, ROLE)
    changes = {"assumeRolePolicy": spoiled(GOOD_TRUST, Sid="new"), "permissionsBoundary": READ_ONLY}
    missing = changes | {"permissionsBoundary": "arn:aws:iam::222222222222:policy/none"}

    with pytest.raises(RefusedError, match="Scope ARN") as caught:
        provider.update(live, SAMPLES[ROLE] | missing)

    left = caught.value.left
    assert left is not None
    assert '"Sid":"new"' in left.properties["assumeRolePolicy"]
    assert left.properties["permissionsBoundary"] == ""
    kept = Live(ROLE, left.id, live.inputs, dict(left.properties))
    assert provider.update(kept, SAMPLES[ROLE]).state == live.state


def test_an_update_of_what_is_gone_fails(provider: Driver, aws: StandIn) -> None:
    live = created(provider, POLICY)
    aws.app.iam(PROD).managed_policies.pop(live.identifier)

    with pytest.raises(RefusedError, match=r"updating IAM Policy .* NoSuchEntity") as caught:
        provider.update(live, SAMPLES[POLICY] | {"policy": spoiled(GOOD_PERMISSIONS, Sid="x")})

    assert caught.value.left is None
