"""Register what keyless registers for an estate, with no settings, components or checks.

It asks GitHub and AWS the same questions before, twenty at once, and makes nothing of the answers.
"""

import asyncio
import json
from collections.abc import Iterable
from contextlib import suppress
from importlib.metadata import version

import pulumi
import pulumi_aws as aws
import pulumi_github as github
from pulumi import InvokeOptions, Resource, ResourceOptions
from pulumi.runtime import invoke_async

CONFIG = pulumi.Config("flat")
SIZE = CONFIG.require_int("size")
ACCOUNT = "222222222222"
ISSUER = "token.actions.githubusercontent.com"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{ISSUER}"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/keyless/keyless-boundary"
FIRST_ID = 900_000_000
REST_API = "github:index/getRestApi:getRestApi"


def questions(number: int) -> list[str]:
    """List what is asked about one repository."""
    repository = f"repos/acme/service-{number:05d}"
    return [
        repository,
        f"{repository}/actions/oidc/customization/sub",
        f"{repository}/collaborators/mona",
        f"orgs/acme/teams/storefront-leads/{repository}",
        f"{repository}/environments?per_page=100&page=1",
        f"{repository}/actions/secrets?per_page=100&page=1",
        f"{repository}/actions/organization-secrets?per_page=100&page=1",
    ]


async def ask(endpoints: Iterable[str]) -> bool:
    """Put all questions, never more than twenty at once."""
    turn = asyncio.Semaphore(20)
    options = InvokeOptions(version=version("pulumi-github"))

    async def one(endpoint: str) -> None:
        async with turn:
            await invoke_async(REST_API, {"endpoint": endpoint}, options)

    await asyncio.gather(*(one(endpoint) for endpoint in endpoints))
    return True


def trust(number: int) -> str:
    """Write the trust policy of a role."""
    name, repository_id = f"service-{number:05d}", FIRST_ID + number
    claims = {
        "aud": "sts.amazonaws.com",
        "sub": [
            f"repo:acme/{name}:environment:production",
            f"repo:acme@9919/{name}@{repository_id}:environment:production",
        ],
        "repository_id": str(repository_id),
        "repository_owner_id": "9919",
        "ref": "refs/heads/main",
    }
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": PROVIDER},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {f"{ISSUER}:{key}": value for key, value in claims.items()}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def permissions(number: int) -> str:
    """Write the inline policy of a role."""
    resource = f"arn:aws:s3:::acme-service-{number:05d}/*"
    statement = {"Effect": "Allow", "Action": ["s3:PutObject"], "Resource": [resource]}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def account_parts() -> list[Resource]:
    """Register what the account has once."""
    provider = aws.iam.OpenIdConnectProvider(
        "oidc_provider",
        url=f"https://{ISSUER}",
        client_id_lists=["sts.amazonaws.com"],
    )
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    boundary = aws.iam.Policy(
        "permissions_boundary",
        name="keyless-boundary",
        path="/keyless/",
        policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    return [provider, boundary]


def onboard(number: int, first: list[Resource]) -> None:
    """Register the six resources of one repository."""
    repository = f"service-{number:05d}"
    name = f"{repository}/environment/production"
    environment = github.RepositoryEnvironment(
        name,
        repository=repository,
        environment="production",
        can_admins_bypass=False,
        prevent_self_review=True,
        reviewers=[github.RepositoryEnvironmentReviewerArgs(users=[583231], teams=[4101])],
        wait_timer=10,
        deployment_branch_policy=github.RepositoryEnvironmentDeploymentBranchPolicyArgs(
            protected_branches=False, custom_branch_policies=True
        ),
    )
    pattern = github.RepositoryEnvironmentDeploymentPolicy(
        f"{name}/branch/main",
        repository=repository,
        environment=environment.environment,
        branch_pattern="main",
        opts=ResourceOptions(depends_on=[environment]),
    )
    role = aws.iam.Role(
        f"{name}/deploy",
        name=f"acme-{repository}-production-deploy",
        path="/keyless/",
        description=f"acme/{repository} environment/production deploy",
        assume_role_policy=trust(number),
        max_session_duration=3600,
        permissions_boundary=BOUNDARY,
        opts=ResourceOptions(depends_on=[*first, environment, pattern]),
    )
    inline = aws.iam.RolePolicy(
        f"{name}/deploy",
        name="permissions",
        role=role.name,
        policy=permissions(number),
        opts=ResourceOptions(depends_on=[role]),
    )
    role_arn = f"arn:aws:iam::{ACCOUNT}:role/keyless/acme-{repository}-production-deploy"
    for resource, variable, value, after in (
        ("AWS_REGION", "AWS_REGION", "eu-west-1", [environment]),
        ("deploy", "AWS_ROLE_ARN", role_arn, [environment, role, inline]),
    ):
        github.ActionsEnvironmentVariable(
            f"{name}/{resource}",
            repository=repository,
            environment=environment.environment,
            variable_name=variable,
            value=value,
            opts=ResourceOptions(depends_on=after),
        )


def onboard_all(_answered: bool) -> None:
    """Register everything, once all answers are there."""
    first = account_parts()
    for number in range(SIZE):
        onboard(number, first)


aws.get_caller_identity()
aws.get_partition()
with suppress(Exception):  # the account has no provider yet
    aws.iam.get_open_id_connect_provider(arn=PROVIDER)
everything = ["orgs/acme", "users/mona", "orgs/acme/teams/storefront-leads"]
everything += [question for number in range(SIZE) for question in questions(number)]
answered: pulumi.Input[bool] = ask(everything)
pulumi.Output.from_input(answered).apply(onboard_all)
