"""A pattern that an environment has already is refused at preview, and taken over as printed."""

import re
import shlex

from sandbox.github.state import DeploymentBranchPolicy
from sandbox.world import STACKS, World
from tests.engine.estate import made_by_hand, storefront
from tests.engine.stack import REFUSED_BY, Deploy

NUMBER = 31
TAG = "storefront/environment/production/tag/v*"
TYPE = "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy"
REFUSAL = (
    f'{TAG}: a tag pattern "v*" exists in acme/storefront, environment production, and this stack '
    "did not create it under this name. A second one cannot be recorded. If the entry was renamed, "
    "write renamed_from: [FORMER NAME] in it. Otherwise remove what exists, or take it over: "
    f"pulumi import --generate-code=false {TYPE} '{TAG}' storefront:production:{NUMBER}"
)


ENVIRONMENT = "storefront/environment/production"
STRANGE = (
    f'{ENVIRONMENT}: GitHub lets branch "*" and tag "old-*" deploy to it, which the entry does not '
    "list. The roles of this environment would be open to anybody who can push that. List it under "
    "deploy_from, or remove it: gh api --method DELETE repos/acme/storefront/environments/"
    "production/deployment-branch-policies/32; gh api --method DELETE repos/acme/storefront/"
    "environments/production/deployment-branch-policies/33"
)


@REFUSED_BY
def test_patterns_of_others_are_refused_or_taken_over_as_printed(
    deploy: Deploy, world: World, command: str
) -> None:
    stack = deploy(storefront())
    with world.journal.turn:
        environment = made_by_hand(world.github, "acme/storefront")
        environment.policies[32] = DeploymentBranchPolicy(32, "*", "branch")
        environment.policies[33] = DeploymentBranchPolicy(33, "old-*", "tag")
    assert STRANGE in stack.refuse(*command.split())
    assert world.journal.changes("github") == ()
    assert not world.aws.iam(STACKS["prod"]).roles
    with world.journal.turn:
        environment.policies.clear()
        environment.policies[NUMBER] = DeploymentBranchPolicy(NUMBER, "v*", "tag")
        world.journal.clear()
    refused = stack.refuse("preview")
    assert REFUSAL in refused
    assert world.journal.changes() == ()
    (imported,) = set(re.findall(r"take it over: pulumi (.+)", refused))
    stack.succeed(*shlex.split(imported), "--yes")
    stack.up()
    assert {(each.kind, each.name) for each in environment.policies.values()} == {
        ("branch", "main"),
        ("tag", "v*"),
    }
    assert NUMBER in environment.policies
    stack.assert_unchanged("--refresh")
