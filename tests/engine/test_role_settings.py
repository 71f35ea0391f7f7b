"""A role that is called, placed and granted as somebody else has made it, beside a merge queue."""

import json
from datetime import date

from sandbox.world import STACKS, World
from tests.engine.estate import IDS, READ, WRITE, entry, environment, stack_config
from tests.engine.stack import Deploy, Stack

SETTINGS = {
    "role_name": "GitHubDeploy",
    "role_path": "/",
    "variable": "DEPLOY_ROLE_ARN",
    "until": date(2020, 1, 1),
    "policies": {"push": [WRITE], "look": [READ]},
}


def test_every_setting_arrives(deploy: Deploy, world: World) -> None:
    production = environment(roles={"deploy": SETTINGS})
    staging = environment(deploy_from={"branches": ["main"], "merge_queue": ["main"]})
    whole = entry("storefront", Production=production, staging=staging)
    stack = deploy(stack_config({"storefront": whole}))
    printed = " ".join(stack.up().split())
    where = "keyless:repositories.storefront.environments.Production"
    assert f'{where}: the name "Production" has capitals.' in printed
    assert f'{where}.roles.deploy: the role is called "GitHubDeploy".' in printed
    assert f"warning: {where}.roles.deploy.until: 2020-01-01 has come." in printed
    stack.assert_unchanged()

    assert_role(world)
    assert {resource["urn"].rpartition("::")[2] for resource in stack.state()} >= {
        "storefront/environment/Production/deploy/policies/look",
        "storefront/environment/Production/deploy/policies/push",
    }
    assert_queue(stack)


def assert_role(world: World) -> None:
    roles = {role.name: role for role in world.aws.iam(STACKS["prod"]).roles.values()}
    role = roles["GitHubDeploy"]
    assert role.arn == f"arn:aws:iam::{STACKS['prod'].number}:role/GitHubDeploy"
    assert {tag["Key"]: tag["Value"] for tag in role.tags} == {"keyless:deployment-role": "prod"}
    assert set(role.policies) == {"push", "look"}
    (statement,) = json.loads(role.assume_role_policy_document)["Statement"]
    assert statement["Condition"]["DateLessThan"] == {"aws:CurrentTime": "2020-01-01T00:00:00Z"}
    variables = world.github.repositories[IDS["storefront"]].environment("Production").variables
    assert variables["DEPLOY_ROLE_ARN"].value == role.arn


def assert_queue(stack: Stack) -> None:
    """Expect that the branches of the queue deploy beside main: on GitHub, and in the output."""
    found = stack.world.github.repositories[IDS["storefront"]].environment("staging")
    patterns = sorted((policy.kind, policy.name) for policy in found.policies.values())
    assert patterns == [("branch", "gh-readonly-queue/main/*"), ("branch", "main")]
    (role,) = (each for each in stack.output("access") if each["context"] == "environment/staging")
    assert role["branches"] == ["main", "gh-readonly-queue/main/*"]
