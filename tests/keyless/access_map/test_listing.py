"""The listing for scripts."""

import json

from keyless.access_map.listing import as_listing
from tests.keyless.access_map.made import both_stacks
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


def test_roles_are_the_entries_with_their_loose_spots() -> None:
    listed = json.loads(json.dumps(as_listing(both_stacks())["roles"]))
    assert [{k: v for k, v in role.items() if k != "loose_spots"} for role in listed][:6] == (
        entries(PROD)
    )
    assert listed[1]["loose_spots"] == [
        {
            "id": "session-over-an-hour",
            "grade": "note",
            "sentence": "120 minutes. Leaked credentials of a session work until it ends. "
            "Ask for 60 minutes or less where the work allows it.",
        }
    ]
