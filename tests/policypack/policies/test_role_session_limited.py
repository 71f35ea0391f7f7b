"""The policy role-session-limited, run by the pack's analyzer."""

import json

import pytest

from tests.policypack import estate
from tests.policypack.analyzer import UNKNOWN, Pack

ID = "role-session-limited"


@pytest.mark.parametrize("seconds", [None, 3600, 3600.0, "3600"])
def test_an_hour_passes(pack: Pack, seconds: object) -> None:
    assert pack.says(ID, estate.role(maxSessionDuration=seconds)) == []


@pytest.mark.parametrize("seconds", [3601, "3601"])
def test_longer_than_the_settings_is_blocked(pack: Pack, seconds: object) -> None:
    assert pack.says(ID, estate.role(maxSessionDuration=seconds)) == [
        "maxSessionDuration: 3601 seconds, the pack's settings allow 60 minutes. Leaked "
        "credentials work until the session ends. Write 3600 or less."
    ]


def test_settings_raise_the_limit(pack: Pack) -> None:
    stack = pack.configured({"settings": {"max_session_minutes": 120}})
    assert pack.says(ID, estate.role(maxSessionDuration=7200), stack) == []
    assert pack.says(ID, estate.role(maxSessionDuration=43200), stack) == [
        "maxSessionDuration: 43200 seconds, the pack's settings allow 120 minutes. Leaked "
        "credentials work until the session ends. Write 7200 or less."
    ]


def test_limit_below_an_hour_leaves_the_shortest_maximum_that_a_role_can_have(pack: Pack) -> None:
    stack = pack.configured({"settings": {"max_session_minutes": 15}})
    assert pack.says(ID, estate.role(maxSessionDuration=3600), stack) == []


def test_unknown_session_is_blocked(pack: Pack) -> None:
    assert pack.says(ID, estate.role(maxSessionDuration=UNKNOWN)) == [
        "maxSessionDuration: not known at preview. Leaked credentials may work for 12 hours. Write "
        "3600 or less."
    ]


def test_session_that_is_no_number_is_blocked(pack: Pack) -> None:
    assert pack.says(ID, estate.role(maxSessionDuration="an hour")) == [
        'aws:iam/role:Role "storefront/environment/production/deploy": maxSessionDuration is a str '
        "instead of a number. What cannot be judged is not let through. Write it as its type has "
        "it."
    ]


def test_another_vendor_that_the_settings_list_hides_no_trust_in_github(pack: Pack) -> None:
    issuer = "git.vendor.example/_services/token"
    own = estate.statement(("StringEquals", estate.pinned()))
    theirs = json.loads(json.dumps(own).replace(estate.ISSUER, issuer))
    role = estate.role(
        assumeRolePolicy=estate.document(own, theirs), maxSessionDuration=12 * 60 * 60
    )
    listed = pack.configured({"settings": {"other_issuers": [issuer]}})
    assert len(pack.says(ID, role, listed)) == 1
