"""Which change updates a resource and which replaces it, as with pulumi-aws 7.51.1."""

import json
from typing import Any

import pytest

from sandbox.aws.provider.values import UNKNOWN
from tests.sandbox.aws.driver import ATTACHMENT, POLICY, PROVIDER, ROLE, ROLE_POLICY, Driver
from tests.sandbox.aws.samples import READ_ONLY, SAMPLES, created
from tests.sandbox.aws.stand_in import GOOD_PERMISSIONS, GOOD_TRUST, ISSUER, spoiled, text

_BOUNDARY = "arn:aws:iam::222222222222:policy/keyless/keyless-boundary"
_TRUST = spoiled(GOOD_TRUST, Sid="other")
_PERMISSIONS = spoiled(GOOD_PERMISSIONS, Sid="other")
_INLINE = [{"name": "p", "policy": text(GOOD_PERMISSIONS)}]

_TABLE: list[tuple[str, str, Any, str, bool]] = [
    (PROVIDER, "url", "https://gitlab.com", "UPDATE_REPLACE", False),
    (PROVIDER, "clientIdLists", ["sts.amazonaws.com", "x"], "UPDATE", False),
    (PROVIDER, "thumbprintLists", ["a" * 40], "ADD", False),
    (PROVIDER, "tags", {"team": "platform"}, "ADD", False),
    (ROLE, "name", "other", "UPDATE_REPLACE", False),
    (ROLE, "path", "/other/", "UPDATE_REPLACE", True),
    (ROLE, "assumeRolePolicy", _TRUST, "UPDATE", False),
    (ROLE, "description", "deploys", "ADD", False),
    (ROLE, "maxSessionDuration", 7200, "UPDATE", False),
    (ROLE, "permissionsBoundary", _BOUNDARY, "ADD", False),
    (ROLE, "forceDetachPolicies", True, "UPDATE", False),
    (ROLE, "managedPolicyArns", [READ_ONLY], "ADD", False),
    (ROLE, "inlinePolicies", _INLINE, "ADD", False),
    (ROLE, "tags", {"team": "platform"}, "ADD", False),
    (ROLE_POLICY, "name", "other", "UPDATE_REPLACE", False),
    (ROLE_POLICY, "role", "other", "UPDATE_REPLACE", True),
    (ROLE_POLICY, "policy", _PERMISSIONS, "UPDATE", False),
    (POLICY, "name", "other", "UPDATE_REPLACE", False),
    (POLICY, "path", "/other/", "UPDATE_REPLACE", True),
    (POLICY, "description", "all data", "ADD_REPLACE", True),
    (POLICY, "policy", _PERMISSIONS, "UPDATE", False),
    (POLICY, "tags", {"team": "platform"}, "ADD", False),
    (ATTACHMENT, "role", "other", "UPDATE_REPLACE", False),
    (ATTACHMENT, "policyArn", _BOUNDARY, "UPDATE_REPLACE", False),
]


@pytest.mark.parametrize(
    ("type_name", "name", "value", "kind", "delete_first"),
    _TABLE,
    ids=[f"{row[0].rpartition(':')[2]}.{row[1]}" for row in _TABLE],
)
def test_a_changed_property_updates_or_replaces(
    provider: Driver, type_name: str, name: str, value: Any, kind: str, *, delete_first: bool
) -> None:
    live = created(provider, type_name)

    difference = provider.diff(live, SAMPLES[type_name] | {name: value})

    assert difference.changes
    assert difference.detailed == {name: kind}
    assert difference.replaces == ([name] if kind.endswith("_REPLACE") else [])
    assert difference.delete_first is delete_first


@pytest.mark.parametrize("type_name", SAMPLES)
def test_the_same_inputs_make_no_difference(provider: Driver, type_name: str) -> None:
    live = created(provider, type_name)

    difference = provider.diff(live, SAMPLES[type_name])

    assert (difference.changes, difference.detailed) == (False, {})


@pytest.mark.parametrize(
    "document",
    [
        json.dumps(GOOD_TRUST, indent=4),
        json.dumps(GOOD_TRUST, sort_keys=True),
        spoiled(GOOD_TRUST, Action=["sts:AssumeRoleWithWebIdentity"]),
        spoiled(
            GOOD_TRUST,
            Condition={
                "StringEquals": {
                    name: list(reversed(value)) if isinstance(value, list) else [value]
                    for name, value in GOOD_TRUST["Statement"][0]["Condition"][
                        "StringEquals"
                    ].items()
                }
            },
        ),
    ],
)
def test_documents_differ_by_what_they_say(provider: Driver, document: str) -> None:
    live = created(provider, ROLE)

    assert not provider.diff(live, SAMPLES[ROLE] | {"assumeRolePolicy": document}).changes
    assert live.state["assumeRolePolicy"] == json.dumps(
        GOOD_TRUST, sort_keys=True, separators=(",", ":")
    )


def test_audiences_are_a_set_and_the_scheme_of_the_issuer_is_understood(provider: Driver) -> None:
    live = created(provider, PROVIDER, clientIdLists=["b", "a"])

    assert live.state["url"] == ISSUER
    assert not provider.diff(live, SAMPLES[PROVIDER] | {"clientIdLists": ["a", "b"]}).changes


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("description", "deploys", "DELETE"),
        ("permissionsBoundary", READ_ONLY, "DELETE"),
        ("tags", {"team": "platform"}, "DELETE"),
        ("maxSessionDuration", 7200, "UPDATE"),
        ("forceDetachPolicies", True, "UPDATE"),
    ],
)
def test_a_property_that_is_no_longer_given_is_taken_away(
    provider: Driver, name: str, value: Any, kind: str
) -> None:
    live = created(provider, ROLE, **{name: value})

    assert provider.diff(live, SAMPLES[ROLE]).detailed == {name: kind}


def test_an_unknown_value_is_a_change(provider: Driver) -> None:
    live = created(provider, ROLE)

    difference = provider.diff(live, SAMPLES[ROLE] | {"assumeRolePolicy": UNKNOWN})

    assert difference.detailed == {"assumeRolePolicy": "UPDATE"}


def test_ignored_changes_are_left_out(provider: Driver) -> None:
    live = created(provider, ROLE)

    changed = SAMPLES[ROLE] | {"description": "deploys", "path": "/other/"}
    difference = provider.diff(live, changed, ignored=("path", "description"))

    assert not difference.changes


def test_a_made_up_name_is_kept_and_its_replacement_needs_no_deletion_first(
    provider: Driver,
) -> None:
    inputs = {"assumeRolePolicy": text(GOOD_TRUST)}
    live = provider.create(ROLE, inputs)

    assert not provider.diff(live, inputs).changes
    difference = provider.diff(live, inputs | {"path": "/other/"})
    assert (difference.replaces, difference.delete_first) == (["path"], False)


def test_other_default_tags_are_a_change(provider: Driver) -> None:
    live = created(provider, ROLE)
    provider.configure(defaultTags={"tags": {"managed": "keyless"}})

    assert provider.diff(live, SAMPLES[ROLE]).detailed == {"tagsAll": "ADD"}
