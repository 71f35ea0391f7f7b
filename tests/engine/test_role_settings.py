"""A role that is called, placed and granted as somebody else has made it."""

import json
from datetime import date

from sandbox.world import STACKS, World
from tests.engine.estate import IDS, READ, WRITE, entry, environment, stack_config
from tests.engine.stack import Deploy

SETTINGS = {
    "role_name": "GitHubDeploy",
    "role_path": "/",
    "variable": "DEPLOY_ROLE_ARN",
    "until": date(2020, 1, 1),
    "policies": {"push": [WRITE], "look": [READ]},
}


def test_every_setting_of_a_role_arrives(deploy: Deploy, world: World) -> None:
    production = environment(roles={"deploy": SETTINGS})
    stack = deploy(stack_config({"storefront": entry("storefront", Production=production)}))
    printed = " ".join(stack.up().split())
    where = "keyless:repositories.storefront.environments.Production"
    assert f'{where}: the name "Production" has capitals.' in printed
    assert f'{where}.roles.deploy: the role is called "GitHubDeploy".' in printed
    assert f"warning: {where}.roles.deploy.until: 2020-01-01 has come." in printed
    stack.succeed("preview", "--expect-no-changes")

    (role,) = world.aws.iam(STACKS["prod"]).roles.values()
    assert role.arn == f"arn:aws:iam::{STACKS['prod'].number}:role/GitHubDeploy"
    assert {tag["Key"]: tag["Value"] for tag in role.tags} == {"keyless:deployment-role": "prod"}
    assert set(role.policies) == {"push", "look"}
    (statement,) = json.loads(role.assume_role_policy_document)["Statement"]
    assert statement["Condition"]["DateLessThan"] == {"aws:CurrentTime": "2020-01-01T00:00:00Z"}
    variables = world.github.repositories[IDS["storefront"]].environment("Production").variables
    assert variables["DEPLOY_ROLE_ARN"].value == role.arn
    assert {resource["urn"].rpartition("::")[2] for resource in stack.state()} >= {
        "storefront/environment/Production/deploy/policies/look",
        "storefront/environment/Production/deploy/policies/push",
    }
