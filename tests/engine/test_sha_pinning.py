"""A repository whose actions have to be pinned, and what else it says of actions."""

from sandbox.world import World
from tests.engine.estate import IDS, storefront
from tests.engine.stack import Deploy


def test_pinning_is_switched_on_and_the_rest_is_left_alone(deploy: Deploy, world: World) -> None:
    actions = world.github.repositories[IDS["storefront"]].actions
    actions.allowed_actions = "selected"
    config = storefront()
    stack = deploy(config)
    stack.up()
    assert not actions.sha_pinning_required
    config["keyless:repositories"]["storefront"]["sha_pinning"] = True
    stack.configure(config)
    stack.up()
    assert (actions.sha_pinning_required, actions.allowed_actions) == (True, "selected")
    stack.succeed("preview", "--expect-no-changes")
    del config["keyless:repositories"]["storefront"]["sha_pinning"]
    stack.configure(config)
    stack.up()
    assert (actions.sha_pinning_required, actions.allowed_actions) == (True, "selected")
