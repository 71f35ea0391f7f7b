"""Change both sides by hand, as administrators do, and run the commands that a review prints."""

import json
import shlex
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any
from urllib.request import Request, urlopen

import boto3
from botocore import xform_name

from sandbox.github.state import DeploymentBranchPolicy, GitHubState, Reviewer, SubjectCustomisation
from sandbox.world import STACKS, World
from tests.engine.stack import Stack

DEPLOY = "acme-storefront-production-deploy"
MIGRATE = "acme-storefront-production-migrate"
SERVICE = "acme-checkout-api-production-deploy"
ISSUER = "token.actions.githubusercontent.com"
PROVIDER = f"arn:aws:iam::222222222222:oidc-provider/{ISSUER}"
BOUNDARY = "arn:aws:iam::222222222222:policy/keyless/keyless-boundary"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
EVERYTHING = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
FORGOTTEN = {
    "Effect": "Allow",
    "Principal": {"Federated": PROVIDER},
    "Action": "sts:AssumeRoleWithWebIdentity",
    "Condition": {
        "StringEquals": {f"{ISSUER}:aud": "sts.amazonaws.com"},
        "StringLike": {f"{ISSUER}:sub": "repo:acme/*"},
    },
}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@contextmanager
def iam_of(world: World, stack: str = "prod") -> Iterator[Any]:
    """Yield IAM as an administrator of a stack's account reaches it."""
    account = STACKS[stack]
    client = boto3.client(
        "iam",
        region_name="eu-west-1",
        endpoint_url=world.aws_url,
        aws_access_key_id=account.access_key_id,
        aws_secret_access_key=account.secret_access_key,
    )
    with closing(client):
        yield client


def change_github(world: World) -> None:
    with world.journal.turn:
        change_environments(world.github)
        change_repositories(world.github)


def change_environments(github: GitHubState) -> None:
    storefront = github.repository("acme/storefront")
    production = storefront.environment("production")
    production.reviewers = [Reviewer("Team", 4101)]
    production.prevent_self_review = False
    production.can_admins_bypass = True
    production.wait_timer = 0
    production.policies = {p.id: p for p in production.policies.values() if p.kind == "branch"}
    production.policies[77] = DeploymentBranchPolicy(77, "*")
    del production.variables["S3_BUCKET"]
    role = f"arn:aws:iam::222222222222:role/keyless/{MIGRATE}"
    github.set_variable(production.variables, "AWS_ROLE_ARN", role)
    service = github.repository("acme/checkout-api").environment("production")
    service.deployment_branches = "all"
    service.policies.clear()


def change_repositories(github: GitHubState) -> None:
    github.repository("acme/storefront").rulesets.clear()
    (ruleset,) = github.repository("acme/checkout-api").rulesets.values()
    ruleset.bypass_actors = [
        {"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}
    ]
    infrastructure = github.repository("acme/infrastructure")
    keys = ["repo", "context", "job_workflow_ref"]
    infrastructure.subject = SubjectCustomisation(use_default=False, include_claim_keys=keys)


def change_account(iam: Any) -> None:
    iam.attach_role_policy(RoleName=DEPLOY, PolicyArn=READ_ONLY)
    iam.put_role_policy(
        RoleName=DEPLOY, PolicyName="for-a-while", PolicyDocument=document(EVERYTHING)
    )
    iam.put_role_policy(
        RoleName=MIGRATE, PolicyName="permissions", PolicyDocument=document(EVERYTHING)
    )
    iam.delete_role_permissions_boundary(RoleName=MIGRATE)
    iam.update_role(RoleName=MIGRATE, MaxSessionDuration=43200)
    iam.update_assume_role_policy(RoleName=SERVICE, PolicyDocument=document(FORGOTTEN))
    iam.create_role(RoleName="forgotten", Path="/", AssumeRolePolicyDocument=document(FORGOTTEN))
    iam.add_client_id_to_open_id_connect_provider(
        OpenIDConnectProviderArn=PROVIDER, ClientID="https://github.com/acme"
    )
    iam.create_policy_version(
        PolicyArn=BOUNDARY, PolicyDocument=document(EVERYTHING), SetAsDefault=True
    )


def run_printed(stack: Stack, command: str) -> None:
    """Run a command as it was printed, through the engine or against the stand-ins."""
    words = shlex.split(command)
    match words[:2]:
        case ["pulumi", "up"]:
            stack.up(*[word for word in words[2:] if word not in ("--stack", "prod")])
        case ["gh", "api"]:
            ask_github(stack.world, words[2:])
        case ["aws", "iam"]:
            ask_iam(stack.world, words[2], words[3:])
        case _:
            raise AssertionError(command)


def ask_github(world: World, words: Sequence[str]) -> None:
    """Do what `gh api -X METHOD PATH [-F FIELD=BOOLEAN]` does."""
    _, method, path, *fields = words
    values = dict(word.split("=") for word in fields if word != "-F")
    body = json.dumps({name: json.loads(value) for name, value in values.items()}).encode()
    request = Request(  # noqa: S310 - the stand-in's own address
        f"{world.github_url}/api/v3/{path}", data=body if values else None, method=method
    )
    request.add_header("Authorization", f"Bearer {world.environment('prod')['GITHUB_TOKEN']}")
    request.add_header("Content-Type", "application/json")
    with urlopen(request) as answer:  # noqa: S310
        assert answer.status < 300


def ask_iam(world: World, action: str, words: Sequence[str]) -> Any:
    """Do what `aws iam ACTION --OPTION VALUE …` does."""
    method = action.replace("-", "_")
    with iam_of(world) as iam:
        operation = iam.meta.method_to_api_mapping[method]
        members = iam.meta.service_model.operation_model(operation).input_shape.members
        options = {f"--{xform_name(name, '-')}": name for name in members}
        pairs = zip(words[::2], words[1::2], strict=True)
        return getattr(iam, method)(**{options[option]: value for option, value in pairs})
