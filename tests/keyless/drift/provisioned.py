"""Bring what an exported state says into being on the stand-ins, without the engine."""

from typing import Any

from sandbox.github.state import (
    DeploymentBranchPolicy,
    Environment,
    GitHubState,
    Repository,
    Reviewer,
    Ruleset,
)
from sandbox.world import STACKS, World

_REVIEW = {
    "dismissStaleReviewsOnPush": "dismiss_stale_reviews_on_push",
    "requireLastPushApproval": "require_last_push_approval",
    "requiredApprovingReviewCount": "required_approving_review_count",
}


def provision(world: World, exported: dict[str, Any]) -> None:
    """Create environments, rulesets and variables on one side, and all of IAM on the other."""
    resources = exported["deployment"]["resources"]
    with world.journal.turn:
        for kind in (_environment, _pattern, _variable, _ruleset):
            for resource in resources:
                kind(world.github, resource)
        for iam_kind in (_provider, _policy, _role, _role_policy):
            for resource in resources:
                iam_kind(world.aws.iam(STACKS["prod"]), resource)


def _repository(github: GitHubState, resource: dict[str, Any]) -> Repository:
    return github.repository(f"acme/{resource['inputs']['repository']}")


def _place(github: GitHubState, resource: dict[str, Any]) -> Environment:
    return _repository(github, resource).environment(resource["inputs"]["environment"])


def _environment(github: GitHubState, resource: dict[str, Any]) -> None:
    if not resource["type"].endswith(":RepositoryEnvironment"):
        return
    inputs = resource["inputs"]
    made = github.create_environment(_repository(github, resource), inputs["environment"])
    for asked in inputs.get("reviewers", []):
        made.reviewers += [Reviewer("User", number) for number in asked["users"]]
        made.reviewers += [Reviewer("Team", number) for number in asked["teams"]]
    made.prevent_self_review = inputs["preventSelfReview"]
    made.can_admins_bypass = inputs["canAdminsBypass"]
    made.wait_timer = inputs.get("waitTimer", 0)
    made.deployment_branches = "custom"


def _pattern(github: GitHubState, resource: dict[str, Any]) -> None:
    if not resource["type"].endswith("DeploymentPolicy"):
        return
    inputs, number = resource["inputs"], int(resource["id"].split(":")[-1])
    policy = DeploymentBranchPolicy(number, inputs.get("branchPattern") or inputs["tagPattern"])
    policy.kind = "branch" if inputs.get("branchPattern") else "tag"
    _place(github, resource).policies[number] = policy


def _variable(github: GitHubState, resource: dict[str, Any]) -> None:
    if "Variable" in resource["type"]:
        inputs = resource["inputs"]
        in_environment = "environment" in inputs
        place = _place(github, resource) if in_environment else _repository(github, resource)
        github.set_variable(place.variables, inputs["variableName"], inputs["value"])


def _ruleset(github: GitHubState, resource: dict[str, Any]) -> None:
    if not resource["type"].endswith(":RepositoryRuleset"):
        return
    inputs, now = resource["inputs"], github.now()
    review = inputs["rules"]["pullRequest"]
    made = Ruleset(int(resource["id"]), inputs["name"], "branch", "active", now, now)
    refs = inputs["conditions"]["refName"]
    made.conditions = {"ref_name": {"include": refs["includes"], "exclude": refs["excludes"]}}
    parameters = {_REVIEW[field]: value for field, value in review.items() if field in _REVIEW}
    made.rules = [
        {"type": "deletion"},
        {"type": "non_fast_forward"},
        {"type": "pull_request", "parameters": parameters},
    ]
    _repository(github, resource).rulesets[made.id] = made


def _provider(iam: Any, resource: dict[str, Any]) -> None:
    if resource["type"].endswith(":OpenIdConnectProvider"):
        inputs = resource["inputs"]
        iam.create_open_id_connect_provider(inputs["url"], [], inputs["clientIdLists"], [])


def _policy(iam: Any, resource: dict[str, Any]) -> None:
    if resource["type"].endswith(":Policy"):
        inputs = resource["inputs"]
        iam.create_policy("", inputs["path"], inputs["policy"], inputs["name"], [])


def _role(iam: Any, resource: dict[str, Any]) -> None:
    if resource["type"].endswith("/role:Role"):
        inputs = resource["inputs"]
        iam.create_role(
            inputs["name"],
            inputs["assumeRolePolicy"],
            inputs["path"],
            inputs["permissionsBoundary"],
            "",
            [],
            inputs["maxSessionDuration"],
        )


def _role_policy(iam: Any, resource: dict[str, Any]) -> None:
    if resource["type"].endswith(":RolePolicy"):
        inputs = resource["inputs"]
        iam.put_role_policy(inputs["role"], inputs["name"], inputs["policy"])
