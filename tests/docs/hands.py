"""What pages say that somebody does by hand, on GitHub or in AWS, done to the stand-ins."""

import json
from collections.abc import Callable, Mapping

from sandbox.github.state import DeploymentBranchPolicy, Reviewer
from sandbox.world import STACKS, World
from tests.engine.estate import made_by_hand

_ISSUER = "token.actions.githubusercontent.com"
_ROLE = "storefront-deploy"


def _rename_storefront(world: World) -> None:
    world.github.rename(world.github.repository("acme/storefront"), "shop-window")


def _store_a_key(world: World) -> None:
    repository = world.github.repository("acme/storefront")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        world.github.add_secret(repository.secrets, name)


def _delete_the_key(world: World) -> None:
    world.github.repository("acme/storefront").secrets.clear()


def _set_the_variable(world: World) -> None:
    github = world.github
    production = made_by_hand(github, "acme/storefront", users=())
    production.wait_timer = 0
    github.set_variable(production.variables, "AWS_ROLE_ARN", "pasted by hand")


def _create_the_provider(world: World) -> None:
    iam = world.aws.iam(STACKS["prod"])
    iam.create_open_id_connect_provider(f"https://{_ISSUER}", [], ["sts.amazonaws.com"], [])


def _create_the_role(world: World) -> None:
    world.aws.iam(STACKS["prod"]).create_role(_ROLE, "{}", "/keyless/", None, "", [], "3600")


def _grow_storefront(world: World) -> None:
    """Make what a company has before a stack: a role at /, its environment and its variable."""
    iam, github = world.aws.iam(STACKS["prod"]), world.github
    account = STACKS["prod"].number
    iam.create_open_id_connect_provider(f"https://{_ISSUER}", [], ["sts.amazonaws.com"], [])
    subject = "repo:acme/storefront:environment:production"
    claims = {f"{_ISSUER}:aud": "sts.amazonaws.com", f"{_ISSUER}:sub": subject}
    trust = {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::{account}:oidc-provider/{_ISSUER}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": claims},
    }
    function = f"arn:aws:lambda:eu-west-1:{account}:function:checkout"
    ship = [
        {"Effect": "Allow", "Action": actions, "Resource": resources}
        for actions, resources in (
            (["lambda:UpdateFunctionCode", "lambda:PublishVersion"], [function]),
            (
                ["lambda:GetFunction", "lambda:GetFunctionConfiguration"],
                [function, f"{function}:*"],
            ),
        )
    ]
    iam.create_role(_ROLE, _document(trust), "/", None, "", [], "3600")
    iam.put_role_policy(_ROLE, "ship", _document(*ship))
    production = github.create_environment(github.repository("acme/storefront"), "production")
    production.reviewers = [Reviewer("Team", github.team("acme", "storefront-leads").id)]
    production.deployment_branches = "custom"
    number = github.new_id()
    production.policies[number] = DeploymentBranchPolicy(number, "main", "branch")
    arn = f"arn:aws:iam::{account}:role/{_ROLE}"
    github.set_variable(production.variables, "DEPLOY_ROLE_ARN", arn)


def _create_the_apply_policy(world: World) -> None:
    iam = world.aws.iam(STACKS["prod"])
    iam.create_policy("", "/terraform/", _apply("ec2:*", "ecs:*", "rds:*"), "apply", [])


def _widen_the_apply_policy(world: World) -> None:
    arn = f"arn:aws:iam::{STACKS['prod'].number}:policy/terraform/apply"
    wider = _apply("ec2:*", "ecs:*", "rds:*", "kms:*")
    world.aws.iam(STACKS["prod"]).create_policy_version(arn, wider, set_as_default=True)


def _apply(*actions: str) -> str:
    return _document({"Effect": "Allow", "Action": list(actions), "Resource": "*"})


def _document(*statements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _delete_the_provider(world: World) -> None:
    world.aws.iam(STACKS["prod"]).open_id_providers.clear()


HANDS: Mapping[str, Callable[[World], None]] = {
    "rename acme/storefront to shop-window": _rename_storefront,
    "store a static key in acme/storefront": _store_a_key,
    "delete the secrets of acme/storefront": _delete_the_key,
    "set AWS_ROLE_ARN in the environment production": _set_the_variable,
    "make a role at / by hand, with its environment and its variable": _grow_storefront,
    "create the account's OIDC provider": _create_the_provider,
    "create the role storefront-deploy": _create_the_role,
    "delete the account's OIDC provider": _delete_the_provider,
    "create the policy terraform/apply": _create_the_apply_policy,
    "add kms to the policy terraform/apply": _widen_the_apply_policy,
}
