"""A repository whose actions have to be pinned, and what else it says of actions."""

from tests.engine.estate import IDS, protected_storefront
from tests.engine.stack import Stack


def test_pinning_is_switched_on_and_the_rest_is_left_alone(deployed: Stack) -> None:
    stack, config = deployed, protected_storefront()
    actions = stack.world.github.repositories[IDS["storefront"]].actions
    assert not actions.sha_pinning_required
    actions.allowed_actions = "selected"
    config["keyless:repositories"]["storefront"]["sha_pinning"] = True
    stack.configure(config)
    stack.up()
    assert (actions.sha_pinning_required, actions.allowed_actions) == (True, "selected")
    stack.assert_unchanged()
    del config["keyless:repositories"]["storefront"]["sha_pinning"]
    stack.configure(config)
    stack.unjudged.up()
    assert (actions.sha_pinning_required, actions.allowed_actions) == (True, "selected")
