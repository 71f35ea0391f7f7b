"""Tests of the switch that refuses actions which are not pinned."""

import pytest
from pulumi import ComponentResource

from components.lookups.github_answers import ActionsPermissions
from components.pinned_actions import require_pinned_actions
from tests.components.registered import register


@pytest.mark.parametrize("allowed", ["all", "selected"])
def test_pinning_is_switched_on_and_the_rest_written_as_found(allowed: str) -> None:
    def program() -> None:
        found = ActionsPermissions(enabled=True, allowed_actions=allowed)
        above = ComponentResource("keyless:index:Above", "above")
        require_pinned_actions("shop/actions", "shop", found, parent=above)

    switch = register(program)["ActionsRepositoryPermissions::shop/actions"]
    assert switch.inputs == {
        "repository": "shop",
        "enabled": True,
        "allowedActions": allowed,
        "shaPinningRequired": True,
    }
    assert switch.retain_on_delete
