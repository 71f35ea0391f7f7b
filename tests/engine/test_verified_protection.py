"""What GitHub keeps is compared with the config before a role trusts it."""

import re
import shlex
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.faults import Fault, Kind
from sandbox.world import STACKS, World
from tests.engine.estate import protected_storefront, storefront
from tests.engine.stack import Stack

Deploy = Callable[[dict[str, Any]], Stack]
REFUSAL = (
    "storefront/environment/production: on GitHub reviewers is [], not "
    "[('team', 4101), ('user', 583231)]; prevent_self_review is False, not True; admins_bypass is "
    "True, not False; wait_minutes is 0, not 10; custom branch policies is False, not True"
)
REPAIR = (
    "Trust would not be protected as reviewed. See why GitHub keeps it so (its plan, the "
    "reviewers' access), then write it again: pulumi up --refresh "
    "--replace '**RepositoryEnvironment::storefront/environment/production'"
)


@pytest.mark.long
def test_a_write_that_came_without_its_body_does_not_get_a_role(
    deploy: Deploy, world: World
) -> None:
    """The provider's retries lose the body after a secondary limit; here they are switched on."""
    stack = deploy({**storefront(), "github:maxRetries": "3"})
    world.faults.add(Fault(kind=Kind.SECONDARY_LIMIT, action="PUT"))
    refused = stack.fail("up", "--yes", "--skip-preview")
    assert f"{REFUSAL}. {REPAIR}" in refused
    assert_bare_and_untrusted(world)
    stack.fail("up", "--yes", "--skip-preview")
    assert_bare_and_untrusted(world)
    assert_repaired_as_printed(stack, refused)


def assert_repaired_as_printed(stack: Stack, refused: str) -> None:
    found = re.search(r"write it again: pulumi (.*)", refused)
    assert found
    stack.up(*shlex.split(found[1])[1:])
    environment = stack.world.github.repository("acme/storefront").environment("production")
    assert len(environment.reviewers) == 2
    assert stack.world.aws.iam(STACKS["prod"]).roles
    stack.succeed("preview", "--expect-no-changes")


def test_reviewers_removed_by_hand_are_noticed_before_the_next_role(deployed: Stack) -> None:
    """No refresh sees them; the next role that trusts the environment does not come to be."""
    config, world = protected_storefront(), deployed.world
    with world.journal.turn:
        world.github.repository("acme/storefront").environment("production").reviewers.clear()
    roles = config["keyless:repositories"]["storefront"]["environments"]["production"]["roles"]
    roles["migrate"] = roles["deploy"]
    deployed.configure(config)
    refused = deployed.fail("up", "--yes", "--skip-preview")
    assert (
        "storefront/environment/production: on GitHub reviewers is [], not "
        "[('team', 4101), ('user', 583231)]; prevent_self_review is False, not True. "
        f"{REPAIR}"
    ) in refused
    assert len(world.aws.iam(STACKS["prod"]).roles) == 1
    assert_repaired_as_printed(deployed, refused)


def test_what_is_gone_with_its_patterns_is_repaired_as_printed(deployed: Stack) -> None:
    """Without a refresh nobody looks for the patterns of an environment, or for the environment."""
    config, world = protected_storefront(), deployed.world
    environments = world.github.repository("acme/storefront").environments
    with world.journal.turn:
        environments["production"].policies.clear()
    roles = config["keyless:repositories"]["storefront"]["environments"]["production"]["roles"]
    roles["migrate"] = roles["deploy"]
    deployed.configure(config)
    refused = deployed.fail("up", "--yes", "--skip-preview")
    assert "deploy_from is [], not [('branch', 'main'), ('tag', 'v*')]. Trust would" in refused
    assert_repaired_as_printed(deployed, refused)
    with world.journal.turn:
        environments.clear()
    roles["plan"] = roles["deploy"]
    deployed.configure(config)
    assert_repaired_as_printed(deployed, deployed.fail("up", "--yes", "--skip-preview"))
    assert len(environments["production"].policies) == 2


def assert_bare_and_untrusted(world: World) -> None:
    environment = world.github.repository("acme/storefront").environment("production")
    assert environment.reviewers == []
    assert not world.aws.iam(STACKS["prod"]).roles
