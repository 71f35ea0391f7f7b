"""States that somebody else has made, met by runs in which looking at them fails.

Protection that was taken away by hand, and an environment that another stack has: whatever becomes
of the calls that compare them, nothing is granted and nothing is overwritten.
"""

import re
from collections.abc import Iterator

import pytest

from sandbox.engine import Engine
from sandbox.faults import Fault, Kind
from sandbox.github.state import DeploymentBranchPolicy, Environment, Reviewer
from sandbox.journal import Call
from sandbox.world import World
from tests.engine.by_hand import run_printed
from tests.engine.estate import protected_storefront, storefront
from tests.engine.stack import Stack, open_stack

PRODUCTION = "/repos/acme/storefront/environments/production"
PATTERNS = f"{PRODUCTION}/deployment-branch-policies"
LIST = PRODUCTION.rpartition("/")[0]
KINDS = [
    pytest.param(Kind.SERVER_ERROR),
    *(
        pytest.param(kind, marks=pytest.mark.faults)
        for kind in (Kind.DROPPED, Kind.RATE_LIMITED, Kind.SECONDARY_LIMIT)
    ),
]


@pytest.fixture
def stack(engine: Engine, world: World) -> Iterator[Stack]:
    with open_stack(engine, world, protected_storefront()) as opened:
        yield opened


def fail_at(world: World, path: str, kind: Kind) -> None:
    def looks(call: Call) -> bool:
        return call.action == "GET" and call.target == path

    world.journal.clear()
    world.faults.add(Fault(kind=kind, side="github", matching=looks))


@pytest.mark.parametrize("kind", KINDS)
def test_weakened_protection_gets_no_grant_while_looking_at_it_fails(
    stack: Stack, world: World, kind: Kind
) -> None:
    stack.unjudged.up()
    with world.journal.turn:
        environment = world.github.repository("acme/storefront").environment("production")
        environment.reviewers.clear()
        environment.policies[77] = DeploymentBranchPolicy(77, "*")
    config = protected_storefront()
    roles = config["keyless:repositories"]["storefront"]["environments"]["production"]["roles"]
    roles["deploy"]["permissions"].append({"preset": "lambda-function", "function": "shop"})
    roles["migrate"] = roles["deploy"]
    stack.configure(config)
    for path in (PRODUCTION, PATTERNS):
        fail_at(world, path, kind)
        refused = stack.refuse("up", "--yes", "--skip-preview")
        assert world.journal.changes() == (), path
    refused = stack.refuse("up", "--yes", "--skip-preview")
    assert world.journal.changes() == ()
    removed = re.search(r"run (gh api .*?), write it again: (pulumi .*)", refused)
    assert removed
    for command in removed.groups():
        run_printed(stack.unjudged, command)
    assert_protected(environment)
    stack.assert_unchanged("--refresh")


@pytest.mark.parametrize("kind", KINDS)
def test_an_environment_of_another_stack_stays_while_looking_at_it_fails(
    engine: Engine, world: World, kind: Kind
) -> None:
    with world.journal.turn:
        repository = world.github.repository("acme/storefront")
        others = world.github.create_environment(repository, "production")
        others.reviewers = [Reviewer("Team", 4103)]
    with open_stack(engine, world, storefront()) as stack:
        for path in (LIST, PRODUCTION, PATTERNS):
            fail_at(world, path, kind)
            stack.refuse("up", "--yes", "--skip-preview")
            assert world.journal.changes("github") == (), path
            assert not [each for each in world.journal.changes("aws") if "Role" in each.action]
    assert others.reviewers == [Reviewer("Team", 4103)]


def assert_protected(environment: Environment) -> None:
    assert {each.id for each in environment.reviewers} == {4101, 583231}
    assert {each.name for each in environment.policies.values()} == {"main", "v*"}
