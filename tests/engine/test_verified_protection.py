"""What GitHub keeps is compared with the config before a role trusts it."""

import re
import shlex
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sandbox.faults import Fault, Kind
from sandbox.github.state import DeploymentBranchPolicy, Reviewer
from sandbox.journal import Call
from sandbox.world import STACKS, World
from tests.engine.estate import protected_storefront, storefront
from tests.engine.stack import Stack
from tests.faults.rig import lookout

Deploy = Callable[[dict[str, Any]], Stack]
REPAIR = (
    "Trust would not be protected as reviewed. See why GitHub keeps it so (its plan, the "
    "reviewers' access), then write it again: pulumi up --refresh "
    "--replace '**RepositoryEnvironment::storefront/environment/production'"
)

REPAIR_OF_PATTERNS = REPAIR.replace(
    "write it",
    "run gh api --method DELETE "
    "repos/acme/storefront/environments/production/deployment-branch-policies/77, write it",
)


@pytest.mark.long
def test_a_write_that_came_without_its_body_does_not_get_a_role(
    deploy: Deploy, world: World
) -> None:
    """The provider's retries lose the body after a secondary limit; here they are switched on.

    GitHub takes no pattern then, so the `up` ends before the comparison, and before the role.
    """
    stack = switch_retries_on(deploy(storefront()))
    world.faults.add(Fault(kind=Kind.SECONDARY_LIMIT, action="PUT"))
    refused = stack.refuse("up", "--yes", "--skip-preview")
    assert "/deployment-branch-policies: 404 Not Found" in refused
    assert_bare_and_untrusted(world)
    stack.refuse("up", "--yes", "--skip-preview")
    assert_bare_and_untrusted(world)
    assert_repaired_as_printed(stack, REPAIR)


def switch_retries_on(stack: Stack) -> Stack:
    """Change the one value that a stack file may give, in Pulumi.yaml and in the code."""
    bench = stack.bench.with_own_code()
    for file, value, other in (
        (bench.project / "Pulumi.yaml", 'value: "0"', 'value: "3"'),
        (
            bench.project / "keyless" / "estate" / "reading" / "provider_keys.py",
            '"github:maxRetries": "0"',
            '"github:maxRetries": "3"',
        ),
    ):
        text = file.read_text()
        assert value in text
        file.write_text(text.replace(value, other))
    return replace(stack, bench=bench)


def assert_repaired_as_printed(stack: Stack, refused: str) -> None:
    found = re.search(r"write it again: pulumi (.*)", refused)
    assert found
    stack.unjudged.up(*shlex.split(found[1])[1:])
    environment = stack.world.github.repository("acme/storefront").environment("production")
    assert len(environment.reviewers) == 2
    assert stack.world.aws.iam(STACKS["prod"]).roles
    stack.assert_unchanged()


def test_reviewers_removed_by_hand_are_noticed_before_the_next_role(deployed: Stack) -> None:
    """No refresh sees them; the next role that trusts the environment does not come to be."""
    config, world = protected_storefront(), deployed.world
    with world.journal.turn:
        world.github.repository("acme/storefront").environment("production").reviewers.clear()
    roles = config["keyless:repositories"]["storefront"]["environments"]["production"]["roles"]
    roles["migrate"] = roles["deploy"]
    deployed.configure(config)
    refused = deployed.refuse("up", "--yes", "--skip-preview")
    assert (
        "storefront/environment/production: on GitHub reviewers is [], not "
        "[('team', 4101), ('user', 583231)]; prevent_self_review is False, not True. "
        f"{REPAIR}"
    ) in refused
    assert len(world.aws.iam(STACKS["prod"]).roles) == 1
    assert_repaired_as_printed(deployed, refused)


@pytest.mark.parametrize(
    "change", ["nothing", "a role", pytest.param("a permission", marks=pytest.mark.long)]
)
def test_protection_taken_away_by_hand_ends_every_up(deployed: Stack, change: str) -> None:
    """Reviewers go and a pattern comes: no refresh sees the first, none of both is in the plan."""
    config, world = protected_storefront(), deployed.world
    with world.journal.turn:
        production = world.github.repository("acme/storefront").environment("production")
        production.reviewers.clear()
        production.policies[77] = DeploymentBranchPolicy(77, "*")
    deploy = config["keyless:repositories"]["storefront"]["environments"]["production"]["roles"]
    if change == "a permission":
        deploy["deploy"]["permissions"].append({"preset": "lambda-function", "function": "shop"})
    elif change == "a role":
        deploy["deploy"]["session_minutes"] = 90
    deployed.configure(config)
    refused = deployed.refuse("up", "--yes", "--skip-preview")
    assert (
        "storefront/environment/production: on GitHub reviewers is [], not "
        "[('team', 4101), ('user', 583231)]; prevent_self_review is False, not True; deploy_from "
        "is [('branch', '*'), ('branch', 'main'), ('tag', 'v*')], not "
        f"[('branch', 'main'), ('tag', 'v*')]. {REPAIR_OF_PATTERNS}"
    ) in refused
    assert world.journal.changes() == ()


def test_an_environment_deleted_while_its_role_is_made_leaves_the_role_without_rights(
    deploy: Deploy, world: World
) -> None:
    """Any workflow can make the environment anew, without protection, and become the role.

    Its session would have the rights that the role gets later, unless that is another role then.
    """
    environments = world.github.repository("acme/storefront").environments

    def delete(call: Call) -> None:
        if call.action == "CreateRole":
            environments.clear()

    watching = lookout(delete)
    world.faults.add(watching)
    stack = deploy(storefront())
    refused = stack.refuse("up", "--yes", "--skip-preview")
    assert "storefront/environment/production: on GitHub reviewers is [], not " in refused
    ((name, role),) = [(role.name, role) for role in world.aws.iam(STACKS["prod"]).roles.values()]
    assert (role.policies, role.managed_policies) == ({}, {})
    world.faults.clear()
    removed = re.search(r"remove the role: pulumi (destroy .*?), and then write it again", refused)
    assert removed
    stack.succeed(*shlex.split(removed[1]), "--yes")
    assert world.aws.iam(STACKS["prod"]).roles == {}
    assert_repaired_as_printed(stack, refused)
    (again,) = world.aws.iam(STACKS["prod"]).roles.values()
    assert (again.name, again.id != role.id) == (name, True)


def test_a_pattern_that_leaves_the_config_is_the_stacks_own(deployed: Stack) -> None:
    """It is deleted after everything else: until then nobody has added it by hand."""
    config = protected_storefront()
    production = config["keyless:repositories"]["storefront"]["environments"]["production"]
    production["deploy_from"] = {"branches": ["main"]}
    production["roles"]["deploy"]["session_minutes"] = 90
    deployed.configure(config)
    deployed.unjudged.up()
    found = deployed.world.github.repository("acme/storefront").environment("production").policies
    assert [policy.name for policy in found.values()] == ["main"]


def test_an_environment_of_another_stack_is_not_overwritten(deploy: Deploy, world: World) -> None:
    with world.journal.turn:
        repository = world.github.repository("acme/storefront")
        others = world.github.create_environment(repository, "production")
        others.reviewers = [Reviewer("Team", 4103)]
    stack = deploy(storefront())
    exists = (
        "storefront/environment/production: the environment production exists in acme/storefront, "
        "and this stack did not create it: reviewers is [('team', 4103)], not [('team', 4101), "
        "('user', 583231)]; prevent_self_review is False, not True; admins_bypass is True, not "
        "False; wait_minutes is 0, not 10; custom branch policies is False, not True. What "
        "somebody else has set would be overwritten. If another stack has it, leave it there. If "
        "the entry was renamed, write renamed_from: [FORMER NAME] in it. Otherwise take it over, "
        "and the next preview shows what changes: pulumi "
    )
    refused = stack.refuse("preview")
    assert exists in refused
    assert world.journal.changes("github") == ()
    found = re.search(re.escape(exists) + "(.*)", refused)
    assert found
    stack.succeed(*shlex.split(found[1]), "--yes")
    assert "~ 1 to update" in stack.unjudged.succeed("preview")
    stack.unjudged.up()
    assert {reviewer.id for reviewer in others.reviewers} == {4101, 583231}


def test_what_is_gone_with_its_patterns_is_repaired_as_printed(deployed: Stack) -> None:
    """Without a refresh nobody looks for the patterns of an environment, or for the environment."""
    config, world = protected_storefront(), deployed.world
    environments = world.github.repository("acme/storefront").environments
    with world.journal.turn:
        environments["production"].policies.clear()
    roles = config["keyless:repositories"]["storefront"]["environments"]["production"]["roles"]
    roles["migrate"] = roles["deploy"]
    deployed.configure(config)
    refused = deployed.refuse("up", "--yes", "--skip-preview")
    assert "deploy_from is [], not [('branch', 'main'), ('tag', 'v*')]. Trust would" in refused
    assert_repaired_as_printed(deployed, refused)
    with world.journal.turn:
        environments.clear()
    roles["plan"] = roles["deploy"]
    deployed.configure(config)
    assert_repaired_as_printed(deployed, deployed.refuse("up", "--yes", "--skip-preview"))
    assert len(environments["production"].policies) == 2


def assert_bare_and_untrusted(world: World) -> None:
    environment = world.github.repository("acme/storefront").environment("production")
    assert environment.reviewers == []
    assert not world.aws.iam(STACKS["prod"]).roles
