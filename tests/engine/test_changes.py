"""Entries come, change and go: what is left is what a fresh deployment of the end makes.

A smaller estate changes in `tests/faults/test_update.py`, with every test.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sandbox.engine import Engine
from sandbox.world import World, open_world
from tests.engine.estate import READ, WRITE, Config, entry, environment, roles, stack_config
from tests.engine.picture import Picture, picture
from tests.engine.stack import Stack, open_stack

STAGING = "staging"
OTHER = {**WRITE, "actions": ["s3:PutObject", "s3:DeleteObject"]}


def at_first() -> Config:
    return stack_config(
        {
            "storefront": {
                **entry("storefront"),
                "branches": {"develop": {"roles": roles("deploy")}},
                "protected_branches": {"main": {"approvals": 1}, "next": {}},
            },
            "checkout-api": entry(
                "checkout-api", staging=environment(roles=roles("deploy", "old"))
            ),
            "infrastructure": {
                **entry("infrastructure", staging=environment()),
                "pull_requests": {"roles": roles("plan", permission=READ)},
            },
        },
        STAGING,
    )


def in_the_end() -> Config:
    """Return a config in which one entry is gone, one new, and everything else is different."""
    edited = environment(
        deploy_from={"branches": ["main", "release/*"]},
        reviewers="none",
        wait_minutes=0,
        variables={"S3_BUCKET": "another", "COLOUR": "blue"},
        region="eu-central-1",
        roles={**roles("deploy", permission=OTHER), **roles("new")},
    )
    return stack_config(
        {
            "storefront": {
                **entry("storefront", staging=environment()),
                "pull_requests": {"roles": roles("plan", permission=READ)},
                "protected_branches": {"main": {"approvals": 2}, "develop": {}},
            },
            "checkout-api": entry("checkout-api", staging=edited),
            "keyless": {"id": 844556677, "branches": {"main": {"roles": roles("deploy")}}},
        },
        STAGING,
        defaults={"session_minutes": 30, "tags": {"team": "platform"}},
    )


@pytest.mark.long
def test_the_end_is_that_of_a_fresh_deployment(engine: Engine) -> None:
    with deployed(engine, at_first()) as stack:
        stack.configure(in_the_end())
        stack.up()
        assert take_kept(stack.world) == {"variables": {}, "patterns": []}
        changed = picture(stack.world, STAGING)
        stack.assert_unchanged("--refresh")
    with deployed(engine, in_the_end()) as stack:
        assert changed == picture(stack.world, STAGING)


@contextmanager
def deployed(engine: Engine, config: Config) -> Iterator[Stack]:
    """Yield a stack in a world of its own; the AWS stand-in begins anew with each world."""
    with open_world() as world, open_stack(engine, world, config, STAGING) as stack:
        stack.up()
        yield stack


def take_kept(world: World) -> Picture:
    """Remove the environment of the entry that went, and return what was left in it."""
    with world.journal.turn:
        environments = world.github.repository("acme/infrastructure").environments
        found = picture(world)["github"]["acme/infrastructure"]["environments"]["staging"]
        environments.clear()
    return {what: found[what] for what in ("variables", "patterns")}
