"""An estate that no stack config could hold comes from two catalogue files."""

import re
from collections import Counter
from typing import Any

import pytest
import yaml

from sandbox.bench import catalogue, populate
from sandbox.world import STACKS, World
from tests.engine.estate import IDS, environment, made_by_hand, stack_config
from tests.engine.stack import Deploy, Stack, sentences

SOME = 120
"""Repositories: more than the engine registers at once, or the GitHub provider asks at once."""
MANY = 500
MADE_BY_HAND = 40
"""Environments that exist: hooks that ask the engine about 25 and more wait for ever (3.272)."""

FILES = ("catalogue/payments.yaml", "catalogue/shops.yaml")
MOST_OF_A_STACK = 128 * 1024
"""Bytes of config that the engine hands to a program (Linux's limit of one variable)."""


@pytest.fixture
def size() -> int:
    """Return how many repositories there are, unless a test says otherwise."""
    return SOME


@pytest.fixture
def stack(deploy: Deploy, world: World, size: int) -> Stack:
    """Return a stack whose repositories stand in two files, half of them in each."""
    populate(world, size)
    config = stack_config({}, catalogue=list(FILES))
    del config["keyless:repositories"]
    deployed: Stack = deploy(config)
    entries = list(catalogue(size).items())
    for name, half in zip(FILES, (entries[::2], entries[1::2]), strict=True):
        write(deployed, name, dict(half))
    return deployed


def write(stack: Stack, name: str, repositories: dict[str, Any]) -> None:
    file = stack.bench.project / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(yaml.dump({"repositories": repositories}, Dumper=yaml.CSafeDumper))


def test_each_repository_is_previewed_and_asked_for_once(
    stack: Stack, world: World, size: int
) -> None:
    made = list(catalogue(size))[:MADE_BY_HAND]
    with world.journal.turn:
        for name in made:
            made_by_hand(world.github, f"acme/{name}")
    printed = stack.unjudged.succeed("preview")
    assert f"+ {9 * size + 5} to create" in printed
    assert world.journal.changes() == ()
    asked = Counter(entry.target for entry in world.journal.entries("github"))
    by_the_provider_and_by_us = asked.pop("/orgs/acme")
    pages = [asked.pop("/orgs/acme/repos"), asked.pop("/orgs/acme/teams/storefront-leads/repos")]
    assert (by_the_provider_and_by_us, max(asked.values())) == (2, 1)
    assert pages == [size // 100 + 1, size // 100 + 1]
    production = [f"/repos/acme/{name}/environments/production" for name in made]
    questions = ("deployment-branch-policies", "variables")
    assert [asked[f"{each}/{what}"] for each in production for what in questions] == [1, 1] * len(
        made
    )


def test_a_mistake_names_the_file_and_nothing_is_registered(stack: Stack, world: World) -> None:
    wrong = environment(reviewer={"users": ["mona"]})
    write(stack, FILES[1], {"storefront": {"id": IDS["storefront"], "environments": {"a": wrong}}})
    assert sentences(stack.refuse("preview")) == [
        "catalogue/shops.yaml:repositories.storefront.environments.a.reviewer: unknown key. "
        "Nothing reads it, so it would change nothing. Write reviewers."
    ]
    assert world.journal.count() == 0


def test_a_token_that_sees_nothing_is_said_to(stack: Stack, world: World) -> None:
    with world.journal.turn:
        for number in [
            n for n, each in world.github.repositories.items() if each.name[:8] == "service-"
        ]:
            del world.github.repositories[number]
    *said, rest = sentences(stack.refuse("preview"))
    assert [re.sub(r"service-\d{5}|(?<=catalogue/)\w+", "…", each) for each in said] == [
        'catalogue/….yaml:repositories.…: GitHub shows this token no repository "acme/…"'
        ". It was deleted, or the token cannot read it. Correct the name, remove the "
        "entry, or widen the token."
    ] * 50
    assert rest == f"{SOME - 50} more of this kind. Mend these first, and run this again."


@pytest.mark.long
@pytest.mark.parametrize("size", [MANY])
def test_five_hundred_repositories_go_up_and_stay(stack: Stack, world: World, size: int) -> None:
    held = sum((stack.bench.project / name).stat().st_size for name in FILES)
    assert held > MOST_OF_A_STACK
    test_each_repository_is_previewed_and_asked_for_once(stack, world, size)
    stack.up()
    assert len(world.aws.iam(STACKS["prod"]).roles) == size
    stack.assert_unchanged()
