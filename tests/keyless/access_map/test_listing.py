"""The listing for scripts."""

import json

from keyless.access_map.listing import as_listing
from tests.keyless.access_map.made import both_stacks, source_of
from tests.keyless.data import PROD, entries


def test_sources_are_named_with_their_digest() -> None:
    assert as_listing(both_stacks())["sources"] == [
        {
            "label": "prod.json",
            "kind": "state",
            "as_of": "2026-11-20T17:05:00Z",
            "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "roles": 6,
        },
        {
            "label": "staging.json",
            "kind": "outputs",
            "as_of": None,
            "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "roles": 5,
        },
    ]


def test_roles_are_the_entries_with_their_findings() -> None:
    listed = json.loads(json.dumps(as_listing(both_stacks())["roles"]))
    assert [{k: v for k, v in role.items() if k != "findings"} for role in listed][:6] == (
        entries(PROD)
    )
    assert listed[1]["findings"] == [
        {
            "id": "session-over-an-hour",
            "grade": "note",
            "sentence": "120 minutes. Leaked credentials of a session work until it ends. "
            "Ask for 60 minutes or less where the work allows it.",
        }
    ]


def test_roles_that_are_gone_on_to_come_with_the_trust_policy_that_they_need() -> None:
    other = "arn:aws:iam::333333333333:role/deploy/shop"
    assuming = {**entries()[0], "assumes": [other]}
    principal = {"AWS": assuming["role_arn"]}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    assert as_listing([source_of([assuming], "prod.json")])["other_sides"] == {
        other: {"Version": "2012-10-17", "Statement": [statement]}
    }
