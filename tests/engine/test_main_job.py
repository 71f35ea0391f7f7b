"""One repository from its entry to both sides and back, through the real engine."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.journal import Entry
from sandbox.world import STACKS, World
from tests.engine.estate import storefront
from tests.engine.stack import Stack

Deploy = Callable[[dict[str, Any]], Stack]
ROLE = "acme-storefront-production-deploy"
ISSUER = "token.actions.githubusercontent.com"
ENVIRONMENT = "/repos/acme/storefront/environments/production"
ROLE_ARN = f"arn:aws:iam::222222222222:role/keyless/{ROLE}"


def test_a_stack_goes_up_and_stays_as_it_is(deploy: Deploy, world: World) -> None:
    stack = deploy(storefront())
    stack.succeed("preview")
    assert world.journal.changes() == ()
    stack.up()
    stack.assert_unchanged("--refresh")
    assert_both_sides_are_there(world)
    assert_order(world.journal.changes())


def assert_both_sides_are_there(world: World) -> None:
    environment = world.github.repository("acme/storefront").environment("production")
    assert {(reviewer.kind, reviewer.id) for reviewer in environment.reviewers} == {
        ("User", 583231),
        ("Team", 4101),
    }
    assert environment.prevent_self_review
    assert not environment.can_admins_bypass
    assert environment.wait_timer == 10
    assert {(policy.kind, policy.name) for policy in environment.policies.values()} == {
        ("branch", "main"),
        ("tag", "v*"),
    }
    assert {name: variable.value for name, variable in environment.variables.items()} == {
        "AWS_REGION": "eu-west-1",
        "AWS_ROLE_ARN": ROLE_ARN,
        "S3_BUCKET": "storefront-prod",
    }
    iam = world.aws.iam(STACKS["prod"])
    (role,) = iam.roles.values()
    assert role.arn == ROLE_ARN
    assert str(role.max_session_duration) == "3600"
    assert role.permissions_boundary_arn == (
        "arn:aws:iam::222222222222:policy/keyless/keyless-boundary"
    )
    assert json.loads(role.assume_role_policy_document) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": f"arn:aws:iam::222222222222:oidc-provider/{ISSUER}"},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {
                        f"{ISSUER}:aud": "sts.amazonaws.com",
                        f"{ISSUER}:sub": [
                            "repo:acme/storefront:environment:production",
                            "repo:acme@9919/storefront@811223344:environment:production",
                        ],
                        f"{ISSUER}:repository_id": "811223344",
                        f"{ISSUER}:repository_owner_id": "9919",
                    }
                },
            }
        ],
    }


def assert_order(changes: tuple[Entry, ...]) -> None:
    """Check the order of both sides: protection, trust, permissions, and only then the name."""
    done = [f"{entry.action} {entry.target.removeprefix(f'{ENVIRONMENT}/')}" for entry in changes]
    named = [entry.detail.get("body", {}).get("name") for entry in changes]
    protected = {done.index(f"PUT {ENVIRONMENT}")} | {
        step for step, what in enumerate(done) if what == "POST deployment-branch-policies"
    }
    assert len(protected) == 3
    trusted, granted = done.index(f"CreateRole {ROLE}"), done.index(f"PutRolePolicy {ROLE}")
    before = {*protected, done.index("CreatePolicy keyless-boundary")}
    before.add(done.index(f"CreateOpenIDConnectProvider https://{ISSUER}"))
    assert max(before) < trusted < granted < named.index("AWS_ROLE_ARN")


@pytest.mark.long
def test_a_refresh_finds_nothing(deployed: Stack) -> None:
    deployed.succeed("refresh", "--yes", "--expect-no-changes")


def test_a_role_waits_for_the_rulesets_of_its_repository(deployed: Stack) -> None:
    """A branch that a role trusts, or deploys from, is protected before and for as long."""
    role = next(each for each in deployed.state() if each["type"] == "aws:iam/role:Role")
    ruleset = "RepositoryRuleset::storefront/protected_branches/main"
    assert any(each.endswith(ruleset) for each in role["dependencies"])


def test_destroy_keeps_environment_and_provider(deployed: Stack) -> None:
    world = deployed.world
    deployed.succeed("destroy", "--yes", "--exclude-protected")
    environment = world.github.repository("acme/storefront").environment("production")
    assert environment.variables == {}
    assert len(environment.reviewers) == 2
    iam = world.aws.iam(STACKS["prod"])
    assert iam.roles == {}
    assert len(iam.open_id_providers) == 1
    undone = [f"{entry.action} {entry.target}" for entry in world.journal.changes()]
    order = [
        f"DELETE {ENVIRONMENT}/variables/AWS_ROLE_ARN",
        f"DeleteRolePolicy {ROLE}",
        f"DeleteRole {ROLE}",
    ]
    assert [step for step in undone if step in order] == order
    assert f"DELETE {ENVIRONMENT}" not in undone
    patterns = [step for step, what in enumerate(undone) if "deployment-branch-policies" in what]
    assert undone.index(order[-1]) < min(patterns)


def test_what_is_deleted_by_hand_comes_back(deployed: Stack) -> None:
    world = deployed.world
    with world.journal.turn:
        repository = world.github.repository("acme/storefront")
        repository.environments.clear()
        iam = world.aws.iam(STACKS["prod"])
        iam.roles.clear()
    deployed.unjudged.up("--refresh")
    assert_both_sides_are_there(world)
    deployed.assert_unchanged("--refresh")
