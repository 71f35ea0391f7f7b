"""Two people, or two stacks, at the same time."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Event

import pytest

from sandbox.engine import Engine
from sandbox.journal import Call
from sandbox.world import STACKS, World
from tests.engine.estate import READ, Config, entry, environment, roles, stack_config, storefront
from tests.engine.picture import Picture, github_picture
from tests.engine.stack import Stack, open_stack
from tests.faults.rig import lookout

Open = Callable[[Config, str], Stack]
PATIENCE = 60
"""Seconds after which a call that was held goes on, so that a failing test ends."""


@pytest.fixture
def opened(engine: Engine, world: World) -> Iterator[Open]:
    """Return a function that makes a stack of a config in the one world."""
    with ExitStack() as stacks:
        yield lambda config, name: stacks.enter_context(open_stack(engine, world, config, name))


def test_a_second_up_of_a_stack_is_refused_at_once(opened: Open, world: World) -> None:
    stack = opened(storefront(), "prod")
    arrived, go_on = Event(), Event()

    def hold(call: Call) -> None:
        if call.change and not arrived.is_set():
            arrived.set()
            go_on.wait(PATIENCE)

    world.faults.add(lookout(hold))
    with ThreadPoolExecutor() as people:
        first = people.submit(stack.unjudged.up)
        assert arrived.wait(PATIENCE)
        calls = world.journal.count()
        refused = stack.refuse("up", "--yes", "--skip-preview")
        assert world.journal.count() == calls
        go_on.set()
        first.result()
    assert (
        "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) "
        "to end or delete the lock file with `pulumi cancel`."
    ) in refused
    stack.assert_unchanged()


def test_two_stacks_on_one_repository_leave_each_other_alone(opened: Open, world: World) -> None:
    prod = opened(config("prod", "production"), "prod")
    staging = opened(config("staging", "staging"), "staging")
    with ThreadPoolExecutor() as people:
        for done in [people.submit(each.up, "--skip-preview") for each in (prod, staging)]:
            done.result()
    assert held(world) == {
        "production": guarded("222222222222", "production"),
        "staging": guarded("111111111111", "staging"),
    }
    with ThreadPoolExecutor() as people:
        for same in [people.submit(each.assert_unchanged, "--refresh") for each in (prod, staging)]:
            same.result()
    for stack in ("prod", "staging"):
        assert len(world.aws.iam(STACKS[stack]).roles) == 2


def config(stack: str, label: str) -> Config:
    """Return a config in which a stack has an environment of its own, and all else in common."""
    whole = entry("storefront", **{label: environment(variables={})})
    whole["pull_requests"] = {"roles": roles("plan", permission=READ)}
    return stack_config({"storefront": whole}, stack)


def held(world: World) -> Picture:
    """Return the repository's environments; its variables carry each stack's name."""
    repository = github_picture(world)["acme/storefront"]
    assert repository["variables"] == {
        f"AWS_ROLE_ARN_{stack.upper()}_PULL_REQUESTS_PLAN": (
            f"arn:aws:iam::{STACKS[stack].number}:role/keyless/acme-storefront-pull-requests-plan"
        )
        for stack in ("prod", "staging")
    }
    found: Picture = repository["environments"]
    return found


def guarded(account: str, label: str) -> Picture:
    role = f"arn:aws:iam::{account}:role/keyless/acme-storefront-{label}-deploy"
    return {
        "reviewers": [("Team", 4101), ("User", 583231)],
        "prevent_self_review": True,
        "admins_bypass": False,
        "wait_minutes": 10,
        "branches": "custom",
        "patterns": [("branch", "main"), ("tag", "v*")],
        "variables": {"AWS_REGION": "eu-west-1", "AWS_ROLE_ARN": role},
    }
