"""The picture above the map."""

from itertools import pairwise

import pytest

from keyless.access_map.flow import draw_flow, protection_of
from keyless.stack.role import Role
from tests.keyless.data import PROD, STAGING, large_estate, roles


def test_protections_and_accounts_have_every_role() -> None:
    flow = draw_flow(roles(PROD, STAGING))
    assert {node.key: node.roles for node in flow.protections} == {
        "approved": 5,
        "unapproved": 1,
        "branch": 1,
        "pull_requests": 3,
        "whole_repository": 1,
    }
    assert {node.key: node.roles for node in flow.accounts} == {
        "111111111111": 5,
        "222222222222": 6,
    }
    assert sum(ribbon.roles for ribbon in flow.ribbons) == 11


@pytest.mark.parametrize("count", [1, 3, 30, 300, 3000])
def test_it_fits_one_screen_at_every_size(count: int) -> None:
    flow = draw_flow([Role.model_validate(entry) for entry in large_estate(count)])
    assert flow.height < 320
    for column in (flow.protections, flow.accounts):
        for upper, lower in pairwise(column):
            assert upper.top + upper.height < lower.top
        assert all(node.top >= 0 and node.top + node.height <= flow.height for node in column)
        assert all(node.height >= 20 for node in column)


def test_one_account_is_a_small_picture() -> None:
    one, both = draw_flow(roles(STAGING)), draw_flow(roles(PROD, STAGING))
    assert (one.width, both.width) == (700, 960)
    assert one.height < both.height / 1.5


def test_no_roles() -> None:
    flow = draw_flow([])
    assert (flow.protections, flow.accounts, flow.ribbons) == ((), (), ())


def test_protections() -> None:
    assert [protection_of(role) for role in roles(STAGING)] == [
        "branch",
        "whole_repository",
        "unapproved",
        "approved",
        "pull_requests",
    ]
