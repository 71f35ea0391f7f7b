"""Tables of actions that read: each name is an action of the catalogue."""

import pytest

from keyless.rules.metadata_reads import (
    CARRIERS,
    CONTENT_LISTS,
    METADATA_LISTS,
    METADATA_READS,
    actions_in,
)
from keyless.rules.permissions import Access, actions_matching


def test_a_table_names_actions_by_service() -> None:
    assert actions_in({"s3": "GetObject ListBucket", "sqs": "GetQueueUrl"}) == {
        *("s3:GetObject", "s3:ListBucket"),
        "sqs:GetQueueUrl",
    }


@pytest.mark.parametrize(
    ("table", "access"),
    [
        (METADATA_READS, Access.METADATA),
        (METADATA_LISTS, Access.LIST),
        (CONTENT_LISTS, Access.DATA),
        (CARRIERS, Access.METADATA),
    ],
    ids=["reads of set-up", "lists", "lists of contents", "carriers"],
)
def test_the_catalogue_knows_each_action_at_its_level(
    table: dict[str, str], access: Access
) -> None:
    for action in actions_in(table):
        (found,) = actions_matching(action.lower())
        assert (found.name, found.access) == (action, access)
