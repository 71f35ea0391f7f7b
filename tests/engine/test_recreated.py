"""A repository is deleted and made again under its name: nothing that the stack wrote is left."""

from dataclasses import replace

from sandbox.world import World
from tests.engine.estate import IDS, storefront
from tests.engine.picture import github_picture
from tests.engine.stack import Deploy, sentences

NEW_ID = 899000001


def test_a_repository_that_was_made_again_gets_everything_again(
    deploy: Deploy, world: World
) -> None:
    config = storefront()
    entry = config["keyless:repositories"]["storefront"]
    entry["protected_branches"] = {"main": {}}
    stack = deploy(config)
    stack.up()
    before = github_picture(world)
    with world.journal.turn:
        github = world.github
        old = github.repositories.pop(IDS["storefront"])
        github.repositories[NEW_ID] = replace(
            old, id=NEW_ID, environments={}, variables={}, rulesets={}
        )
    (refused,) = sentences(stack.fail("preview"))
    assert "write id: 899000001, and run `pulumi up --refresh` once" in refused
    entry["id"] = NEW_ID
    stack.configure(config)
    stack.up("--refresh")
    assert github_picture(world) == before
    stack.succeed("preview", "--refresh", "--expect-no-changes")
