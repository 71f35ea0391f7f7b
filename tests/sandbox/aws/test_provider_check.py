"""What the provider refuses before AWS is asked, and the defaults that it fills in."""

import re
from typing import Any

import pytest

from sandbox.aws.provider.values import UNKNOWN
from tests.sandbox.aws.driver import (
    ATTACHMENT,
    POLICY,
    PROVIDER,
    ROLE,
    ROLE_POLICY,
    Driver,
    Live,
    RefusedError,
)
from tests.sandbox.aws.samples import SAMPLES
from tests.sandbox.aws.stand_in import GOOD_TRUST, StandIn, text


@pytest.mark.parametrize(
    ("type_name", "defaults"),
    [
        (PROVIDER, {}),
        (ROLE, {"forceDetachPolicies": False, "maxSessionDuration": 3600}),
        (ROLE_POLICY, {}),
        (POLICY, {}),
        (ATTACHMENT, {}),
    ],
)
def test_defaults_are_filled_in_and_named(
    provider: Driver, type_name: str, defaults: dict[str, Any]
) -> None:
    checked, failures = provider.check(type_name, SAMPLES[type_name])

    assert failures == {}
    assert checked == SAMPLES[type_name] | defaults | {"__defaults": sorted(defaults)}


def test_a_name_is_made_up_from_the_logical_name(provider: Driver) -> None:
    inputs = {"assumeRolePolicy": text(GOOD_TRUST)}

    checked, _ = provider.check(ROLE, inputs, name="deploy")
    again, _ = provider.check(ROLE, inputs, checked, name="deploy")
    other, _ = provider.check(ROLE, inputs, name="deploy")

    assert re.fullmatch(r"deploy-[0-9a-f]{7}", checked["name"])
    assert "name" in checked["__defaults"]
    assert again["name"] == checked["name"]
    assert other["name"] != checked["name"]


_ALL_WRONG = {
    "name": "x" * 65,
    "assumeRolePolicy": "{",
    "maxSessionDuration": 100,
    "permissionsBoundary": "boundary",
    "description": "d" * 1001,
    "colour": "red",
}


def test_everything_that_is_wrong_is_reported_at_once(provider: Driver) -> None:
    _, failures = provider.check(ROLE, _ALL_WRONG)

    assert failures.pop("assumeRolePolicy").startswith("the document contains invalid JSON: ")
    assert failures == {
        "name": f"{'x' * 65!r} has 65 characters, and a name has 1 to 64.",
        "maxSessionDuration": "100 is not in the range of 3600 to 43200 seconds.",
        "permissionsBoundary": "'boundary' is an invalid ARN.",
        "description": "1001 characters, and 1000 are allowed.",
        "colour": "aws:iam/role:Role has no input of this name.",
    }


@pytest.mark.parametrize(
    ("type_name", "changes", "expected"),
    [
        (ROLE, {"name": "a/b"}, {"name": "'a/b' does not match [A-Za-z0-9_+=,.@-]."}),
        (
            ROLE,
            {"namePrefix": "acme-"},
            {"namePrefix": "conflicts with name. Give one of the two."},
        ),
        (
            ROLE,
            {"maxSessionDuration": "3600"},
            {"maxSessionDuration": "'3600' is not a whole number."},
        ),
        (ROLE, {"maxSessionDuration": True}, {"maxSessionDuration": "True is not a whole number."}),
        (
            ROLE,
            {"forceDetachPolicies": "yes"},
            {"forceDetachPolicies": "'yes' is not true or false."},
        ),
        (ROLE, {"tags": {"a": 1}}, {"tags": "{'a': 1} is not a map of strings."}),
        (
            ROLE,
            {"assumeRolePolicy": "[]"},
            {"assumeRolePolicy": "the document is not a JSON object."},
        ),
        (
            ROLE,
            {"assumeRolePolicy": "[" * 5000},
            {"assumeRolePolicy": "the document contains invalid JSON: it is nested too deeply."},
        ),
        (
            ROLE,
            {"inlinePolicies": [{"colour": "red"}]},
            {"inlinePolicies": "[{'colour': 'red'}] is not a list of names and policies."},
        ),
        (ROLE, {"arn": "arn:x"}, {"arn": "aws:iam/role:Role has no input of this name."}),
        (
            PROVIDER,
            {"url": "http://issuer.example"},
            {"url": "'http://issuer.example' is not an https URL without query."},
        ),
        (PROVIDER, {"clientIdLists": "sts"}, {"clientIdLists": "'sts' is not a list of strings."}),
        (ATTACHMENT, {"policyArn": "x"}, {"policyArn": "'x' is an invalid ARN."}),
    ],
)
def test_a_wrong_input_is_named(
    provider: Driver, type_name: str, changes: dict[str, Any], expected: dict[str, str]
) -> None:
    assert provider.check(type_name, SAMPLES[type_name] | changes)[1] == expected


@pytest.mark.parametrize(
    ("type_name", "required"),
    [
        (PROVIDER, {"url", "clientIdLists"}),
        (ROLE, {"assumeRolePolicy"}),
        (ROLE_POLICY, {"policy", "role"}),
        (POLICY, {"policy"}),
        (ATTACHMENT, {"policyArn", "role"}),
    ],
)
def test_what_is_required_is_missed(provider: Driver, type_name: str, required: set[str]) -> None:
    _, failures = provider.check(type_name, {})

    assert failures == dict.fromkeys(required, f"missing, and {type_name} needs it.")


def test_unknown_values_pass(provider: Driver) -> None:
    unknown = dict.fromkeys(("assumeRolePolicy", "permissionsBoundary", "name"), UNKNOWN)

    assert provider.check(ROLE, unknown)[1] == {}
    assert provider.check(PROVIDER, SAMPLES[PROVIDER] | {"clientIdLists": [UNKNOWN]})[1] == {}


def test_an_unknown_type_is_named(provider: Driver) -> None:
    expected = (
        "unrecognized resource type 'aws:s3/bucket:Bucket': this AWS provider does not have it."
    )

    with pytest.raises(RefusedError) as caught:
        provider.check("aws:s3/bucket:Bucket", {})
    assert str(caught.value) == expected
    with pytest.raises(RefusedError) as caught:
        provider.delete(Live("aws:s3/bucket:Bucket", "b", {}, {}))
    assert str(caught.value) == expected


def test_nothing_is_asked_of_aws(provider: Driver, aws: StandIn) -> None:
    provider.check(ROLE, SAMPLES[ROLE])
    provider.check(ROLE, _ALL_WRONG)

    assert aws.journal.count() == 0
