"""A repository is deleted and made again under its name: nothing that the stack wrote is left."""

from dataclasses import replace

from tests.engine.estate import IDS, protected_storefront
from tests.engine.picture import github_picture
from tests.engine.stack import Stack, sentences

NEW_ID = 899000001


def test_a_repository_that_was_made_again_gets_everything_again(deployed: Stack) -> None:
    config, world = protected_storefront(), deployed.world
    before = github_picture(world)
    with world.journal.turn:
        github = world.github
        old = github.repositories.pop(IDS["storefront"])
        github.repositories[NEW_ID] = replace(
            old, id=NEW_ID, environments={}, variables={}, rulesets={}
        )
    (refused,) = sentences(deployed.refuse("preview"))
    assert "write id: 899000001, and run `pulumi up --refresh` once" in refused
    config["keyless:repositories"]["storefront"]["id"] = NEW_ID
    deployed.configure(config)
    deployed.unjudged.up("--refresh")
    assert github_picture(world) == before
    deployed.assert_unchanged("--refresh")
