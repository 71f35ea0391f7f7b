"""Every context in which a job can reach AWS, each with the trust and the variable of its own."""

import json
import re
from dataclasses import replace
from typing import Any

from sandbox.world import STACKS, World
from tests.engine.estate import IDS, READ, entry, environment, roles, stack_config
from tests.engine.stack import Deploy, Stack

ISSUER = "token.actions.githubusercontent.com"
NAMES = "repo:acme/storefront:"
NUMBERS = "repo:acme@9919/storefront@811223344:"
PROPOSED = re.compile(r"To accept it, write (\{.*?\}) under exceptions in ")
PIPELINE = "acme/pipelines/.github/workflows/migrate.yml@refs/tags/v3"


def every_context() -> dict[str, Any]:
    """Return a staging config with each kind of context, one of them with two roles."""
    production = environment(deploy_from={"branches": ["main", "next"]}, roles=roles("deploy"))
    production["roles"] |= {
        "migrate": {**roles("migrate")["migrate"], "workflows": [PIPELINE], "session_minutes": 30}
    }
    repository = {
        **entry("storefront", production=production),
        "branches": {"develop": {"roles": roles("deploy")}},
        "pull_requests": {"roles": roles("plan", permission=READ)},
        "whole_repository": {"roles": roles("read", permission=READ)},
    }
    return stack_config({"storefront": repository}, stack="staging")


def test_each_context_gets_its_own_trust(deploy: Deploy, world: World) -> None:
    stack = deploy(every_context(), stack="staging")
    printed = stack.fail("preview")
    assert world.journal.changes() == ()
    assert_whole_repository_alone_is_blocked(printed)
    excepted = with_exception(stack, printed)
    excepted.up()
    excepted.assert_unchanged()
    assert_trust(world)
    assert_variables(world)
    assert_output(excepted)


def assert_whole_repository_alone_is_blocked(printed: str) -> None:
    text = " ".join(printed.split())
    assert text.count("[mandatory]") == 1
    assert "trust-subject-pinned" in text
    assert (
        f'REPOSITORY-WIDE: statement 1: StringLike {ISSUER}:sub "{NAMES}*" admits a token with '
    ) in text


def with_exception(stack: Stack, printed: str) -> Stack:
    """Give the stack a pack whose settings have the exception that the violation ends with."""
    bench = stack.bench.with_own_code()
    settings = bench.project / "policypack" / "config" / "staging.json"
    (proposed,) = set(PROPOSED.findall(" ".join(printed.split())))
    exception = json.loads(proposed) | {"reason": "All jobs read with it", "approver": "mona"}
    settings.write_text(json.dumps(json.loads(settings.read_text()) | {"exceptions": [exception]}))
    return replace(stack, bench=bench)


def assert_trust(world: World) -> None:
    pinned = {"aud": "sts.amazonaws.com", "repository_id": "811223344"}
    pinned |= {"repository_owner_id": "9919"}
    refs = {"ref": ["refs/heads/main", "refs/heads/next"]}
    workflow = {"job_workflow_ref": PIPELINE}
    assert {
        name.removeprefix("acme-storefront-"): conditions(role.assume_role_policy_document)
        for name, role in roles_by_name(world).items()
    } == {
        "production-deploy": {"StringEquals": pinned | both("environment:production") | refs},
        "production-migrate": {
            "StringEquals": pinned | both("environment:production") | refs | workflow
        },
        "branch-develop-deploy": {"StringEquals": pinned | both("ref:refs/heads/develop")},
        "pull-requests-plan": {"StringEquals": pinned | both("pull_request")},
        "whole-repository-read": {"StringEquals": pinned, "StringLike": both("*")},
    }


def both(context: str) -> dict[str, list[str]]:
    return {"sub": [NAMES + context, NUMBERS + context]}


def conditions(document: str) -> dict[str, dict[str, Any]]:
    (statement,) = json.loads(document)["Statement"]
    return {
        operator: {key.removeprefix(f"{ISSUER}:"): value for key, value in claims.items()}
        for operator, claims in statement["Condition"].items()
    }


def roles_by_name(world: World) -> dict[str, Any]:
    return {role.name: role for role in world.aws.iam(STACKS["staging"]).roles.values()}


def assert_variables(world: World) -> None:
    repository = world.github.repositories[IDS["storefront"]]
    arns = {
        name.removeprefix("acme-storefront-"): r.arn for name, r in roles_by_name(world).items()
    }
    assert {name: each.value for name, each in repository.variables.items()} == {
        "AWS_ROLE_ARN_STAGING_BRANCH_DEVELOP_DEPLOY": arns["branch-develop-deploy"],
        "AWS_ROLE_ARN_STAGING_PULL_REQUESTS_PLAN": arns["pull-requests-plan"],
        "AWS_ROLE_ARN_STAGING_WHOLE_REPOSITORY_READ": arns["whole-repository-read"],
    }
    variables = repository.environment("production").variables
    assert {name: each.value for name, each in variables.items()} == {
        "AWS_REGION": "eu-west-1",
        "AWS_ROLE_ARN": arns["production-deploy"],
        "AWS_ROLE_ARN_MIGRATE": arns["production-migrate"],
        "S3_BUCKET": "storefront-prod",
    }


def assert_output(stack: Stack) -> None:
    described = {
        (role["context"], role["function"]): (
            role["session_minutes"],
            role["refs"],
            role["branches"],
        )
        for role in stack.output("access")
    }
    refs = ["refs/heads/main", "refs/heads/next"]
    assert described == {
        ("environment/production", "deploy"): (60, refs, ["main", "next"]),
        ("environment/production", "migrate"): (30, refs, ["main", "next"]),
        ("branch/develop", "deploy"): (60, [], ["develop"]),
        ("pull_requests", "plan"): (60, [], []),
        ("whole_repository", "read"): (60, [], []),
    }
