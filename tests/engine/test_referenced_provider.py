"""An account whose OIDC provider and boundary exist already: referenced, never managed."""

import json
from dataclasses import replace

from sandbox.world import STACKS, World
from tests.engine.by_hand import DEPLOY
from tests.engine.estate import entry, environment, stack_config, storefront
from tests.engine.stack import Deploy, Stack, sentences

ISSUER = "token.actions.githubusercontent.com"
PROVIDER = f"arn:aws:iam::222222222222:oidc-provider/{ISSUER}"
BOUNDARY = "arn:aws:iam::222222222222:policy/keyless/keyless-boundary"

ANYTHING = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    }
)


def with_listed_boundary(stack: Stack) -> Stack:
    """List the boundary for the role: the stack does not create it, and the pack cannot see it."""
    bench = stack.bench.with_own_code()
    file = bench.project / "policypack" / "config" / "prod.json"
    held = json.loads(file.read_text())
    held["settings"]["boundaries"] = [{"arn": BOUNDARY, "roles": [DEPLOY]}]
    file.write_text(json.dumps(held))
    return replace(stack, bench=bench)


def test_an_existing_provider_is_refused_at_preview_and_taken_over(
    deploy: Deploy, world: World
) -> None:
    stack = deploy(storefront())
    with world.journal.turn:
        world.aws.iam(STACKS["prod"]).create_open_id_connect_provider(
            f"https://{ISSUER}", [], ["sts.amazonaws.com"], []
        )
    printed = " ".join(stack.refuse("preview").split())
    command = (
        "import --generate-code=false aws:iam/openIdConnectProvider:OpenIdConnectProvider "
        f"oidc_provider {PROVIDER}"
    )
    assert (
        f"oidc_provider: the account has {PROVIDER} already, and this stack did not create it. An "
        "account has one provider for an issuer. Reference it: keyless:oidc_provider: "
        f'{{arn: "{PROVIDER}"}}; or take it over: pulumi {command}'
    ) in printed
    assert world.journal.changes() == ()
    stack.succeed(*command.split(), "--yes")
    stack.up()
    stack.assert_unchanged()


def test_a_referenced_provider_must_accept_the_audience(deploy: Deploy, world: World) -> None:
    iam = world.aws.iam(STACKS["prod"])
    stack = deploy(
        stack_config(
            {"storefront": entry("storefront", production=environment())},
            oidc_provider={"arn": PROVIDER},
            permissions_boundary={"arn": BOUNDARY},
        )
    )
    with world.journal.turn:
        provider = iam.create_open_id_connect_provider(
            f"https://{ISSUER}", [], ["https://github.com/acme"], []
        )
        iam.create_policy("", "/keyless/", ANYTHING, "keyless-boundary", [])
    assert sentences(stack.refuse("preview")) == [
        'keyless:oidc_provider.arn: the provider accepts "https://github.com/acme". Tokens carry '
        "sts.amazonaws.com, so nobody would get in. Add it: `aws iam "
        "add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn "
        f"{PROVIDER} --client-id sts.amazonaws.com`."
    ]
    provider.client_id_list.append("sts.amazonaws.com")
    blocked = " ".join(stack.fail("preview").split())
    assert f'permissionsBoundary: "{BOUNDARY}" is not among the boundaries' in blocked
    stack = with_listed_boundary(stack)
    stack.up()
    (role,) = iam.roles.values()
    assert role.permissions_boundary_arn == BOUNDARY
    assert PROVIDER in role.assume_role_policy_document
    changed = {entry.action for entry in world.journal.changes("aws")}
    assert changed == {"CreateRole", "PutRolePolicy"}
