"""The sample stacks as they are: two accounts, one GitHub, the same repositories."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from sandbox.engine import Engine
from sandbox.workbench import open_workbench
from sandbox.world import STACKS, World
from tests.engine.picture import picture
from tests.engine.stack import Stack


@pytest.fixture
def staging_and_prod(engine: Engine, world: World) -> Iterator[tuple[Stack, Stack]]:
    """Yield both stacks of the sample estate, each with the keys of its own account."""
    with ExitStack() as opened:

        def create(name: str) -> Stack:
            bench = opened.enter_context(open_workbench(engine, world.environment(name)))
            bench.create_stack(name)
            return Stack(name, bench, world)

        yield create("staging"), create("prod")


def test_a_stack_comes_and_goes_beside_another(
    staging_and_prod: tuple[Stack, Stack], world: World
) -> None:
    staging, prod = staging_and_prod
    prod.up()
    alone = picture(world, "prod")
    staging.up()
    assert_both_name_their_roles(world)
    prod.succeed("preview", "--refresh", "--expect-no-changes")
    staging.succeed("destroy", "--yes", "--exclude-protected")
    assert world.aws.iam(STACKS["staging"]).roles == {}
    assert take_kept_environments(world) == [
        "acme/checkout-api",
        "acme/infrastructure",
        "acme/keyless",
    ]
    assert picture(world, "prod") == alone


def assert_both_name_their_roles(world: World) -> None:
    infrastructure = world.github.repository("acme/infrastructure")
    assert sorted(infrastructure.variables) == [
        "AWS_ROLE_ARN_PROD_PULL_REQUESTS_PLAN",
        "AWS_ROLE_ARN_STAGING_PULL_REQUESTS_PLAN",
    ]
    accounts = {
        name: environment.variables["AWS_ROLE_ARN"].value.split(":")[4]
        for name, environment in infrastructure.environments.items()
    }
    assert accounts == {"staging": "111111111111", "production": "222222222222"}


def take_kept_environments(world: World) -> list[str]:
    """Remove the environments that staging left behind, empty, and return whose they were."""
    kept = []
    with world.journal.turn:
        for repository in world.github.repositories.values():
            environment = repository.environments.pop("staging", None)
            if environment:
                kept.append(repository.full_name)
                assert environment.variables == {}
                assert (environment.deployment_branches, environment.policies) == ("custom", {})
    return kept
