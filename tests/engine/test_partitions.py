"""China and GovCloud: the audience and every ARN follow the region."""

import json

import pytest

from sandbox.world import STACKS, World
from tests.engine.estate import entry, environment, roles, stack_config
from tests.engine.stack import Deploy

ISSUER = "token.actions.githubusercontent.com"


@pytest.mark.parametrize(
    ("region", "partition", "audience"),
    [
        ("cn-north-1", "aws-cn", "sts.amazonaws.com.cn"),
        pytest.param("us-gov-west-1", "aws-us-gov", "sts.amazonaws.com", marks=pytest.mark.long),
    ],
)
def test_a_stack_of_another_partition(
    deploy: Deploy, world: World, region: str, partition: str, audience: str
) -> None:
    site = {"preset": "s3-website", "bucket": "storefront-prod"}
    production = environment(roles=roles("deploy", permission=site))
    config = stack_config({"storefront": entry("storefront", production=production)})
    stack = deploy({**config, "aws:region": region}, stack=partition, credentials="prod")
    stack.up()
    iam = world.aws.iam(STACKS["prod"], partition)
    (provider,) = iam.open_id_providers.values()
    assert provider.client_id_list == [audience]
    account = f"arn:{partition}:iam::222222222222"
    assert provider.arn == f"{account}:oidc-provider/{ISSUER}"
    (role,) = iam.roles.values()
    assert role.permissions_boundary_arn == f"{account}:policy/keyless/keyless-boundary"
    (statement,) = json.loads(role.assume_role_policy_document)["Statement"]
    assert statement["Principal"] == {"Federated": provider.arn}
    pinned = statement["Condition"]["StringEquals"]
    assert pinned[f"{ISSUER}:aud"] == audience
    assert pinned.keys() == {f"{ISSUER}:aud", f"{ISSUER}:sub"}
    (permissions,) = role.policies.values()
    assert f"arn:{partition}:s3:::storefront-prod" in permissions
    variables = world.github.repository("acme/storefront").environment("production").variables
    assert variables["AWS_REGION"].value == region
    assert variables["AWS_ROLE_ARN"].value == (
        f"{account}:role/keyless/acme-storefront-production-deploy"
    )
    assert world.aws.iam(STACKS["prod"]).roles == {}
