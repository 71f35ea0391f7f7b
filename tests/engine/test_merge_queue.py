"""An environment for a merge queue: the patterns that arrive on GitHub, and the output."""

from sandbox.world import World
from tests.engine.estate import IDS, entry, environment, stack_config
from tests.engine.stack import Deploy


def test_the_branches_of_the_queue_deploy_beside_main(deploy: Deploy, world: World) -> None:
    staging = environment(deploy_from={"branches": ["main"], "merge_queue": ["main"]})
    stack = deploy(stack_config({"storefront": entry("storefront", staging=staging)}))
    stack.up()
    stack.succeed("preview", "--expect-no-changes")
    found = world.github.repositories[IDS["storefront"]].environment("staging")
    patterns = sorted((policy.kind, policy.name) for policy in found.policies.values())
    assert patterns == [("branch", "gh-readonly-queue/main/*"), ("branch", "main")]
    (role,) = stack.output("access")
    assert role["branches"] == ["main", "gh-readonly-queue/main/*"]
