"""A repository gets another name on GitHub; its entry follows, its environment stays."""

from typing import Any

import pytest

from sandbox.faults import Fault, Kind
from sandbox.world import STACKS, World
from tests.engine.estate import IDS, protected_storefront
from tests.engine.picture import github_picture
from tests.engine.stack import Stack

ISSUER = "token.actions.githubusercontent.com"
REFUSED = (
    'keyless:repositories.storefront: "acme/storefront" was renamed and is "acme/shopfront" now. '
    "Tokens carry the new name, so nobody would get in. Rename the entry to shopfront, and write "
    "renamed_from: [storefront] in it."
)


def renamed(config: dict[str, Any], name: str = "shopfront") -> dict[str, Any]:
    """Do what the refusal says."""
    entry = config["keyless:repositories"].pop("storefront")
    config["keyless:repositories"][name] = {**entry, "renamed_from": ["storefront"]}
    return config


def test_a_renamed_repository_keeps_its_environment(deployed: Stack) -> None:
    world = deployed.world
    before = github_picture(world)["acme/storefront"]
    repository = world.github.repositories[IDS["storefront"]]
    with world.journal.turn:
        world.github.rename(repository, "shopfront")
        numbers = numbered(world)
        world.journal.clear()
    assert REFUSED in deployed.refuse("preview")
    assert world.journal.changes() == ()
    deployed.configure(renamed(protected_storefront()))
    deployed.up()
    assert numbered(world) == numbers
    methods = {entry.action for entry in world.journal.changes("github")}
    assert methods <= {"PUT", "PATCH"}, world.journal.changes("github")
    after = github_picture(world)["acme/shopfront"]
    arn = "arn:aws:iam::222222222222:role/keyless/acme-shopfront-production-deploy"
    before["environments"]["production"]["variables"]["AWS_ROLE_ARN"] = arn
    assert after == before
    (role,) = world.aws.iam(STACKS["prod"]).roles.values()
    assert role.arn == arn
    assert "repo:acme/shopfront:environment:production" in role.assume_role_policy_document
    deployed.assert_unchanged("--refresh")


@pytest.mark.long
def test_an_interrupted_rename_goes_on(deployed: Stack) -> None:
    """Some of the resources have their new names then, some do not; none is made a second time."""
    world = deployed.world
    with world.journal.turn:
        world.github.rename(world.github.repositories[IDS["storefront"]], "shopfront")
        before = world.github.repositories[IDS["storefront"]].environment("production")
        numbers = [before.id, *before.policies]
        world.journal.clear()
    deployed.configure(renamed(protected_storefront()))
    world.faults.add(Fault(kind=Kind.SERVER_ERROR, action="PUT"))
    deployed.refuse("up", "--yes", "--skip-preview")
    deployed.unjudged.up()
    methods = {entry.action for entry in world.journal.changes("github")}
    assert methods <= {"PUT", "PATCH"}, world.journal.changes("github")
    after = world.github.repositories[IDS["storefront"]].environment("production")
    assert [after.id, *after.policies] == numbers
    deployed.assert_unchanged("--refresh")


def numbered(world: World) -> list[int]:
    """Return the numbers of the environment, its patterns and the ruleset: new ones are anew."""
    repository = world.github.repositories[IDS["storefront"]]
    environment = repository.environment("production")
    return [environment.id, *environment.policies, *repository.rulesets]


def test_an_entry_may_take_up_the_letter_case_of_its_repository(deployed: Stack) -> None:
    world = deployed.world
    with world.journal.turn:
        world.github.rename(world.github.repositories[IDS["storefront"]], "Storefront")
        world.journal.clear()
    deployed.configure(renamed(protected_storefront(), "Storefront"))
    deployed.unjudged.up()
    assert {entry.action for entry in world.journal.changes("github")} <= {"PUT", "PATCH"}
    assert {entry.action for entry in world.journal.changes("aws")} == {
        "UpdateAssumeRolePolicy",
        "UpdateRoleDescription",
    }
    deployed.assert_unchanged("--refresh")
