"""Serve deployment environments: creating, changing, reading and deleting them.

Source: "REST API endpoints for deployment environments" and "Managing environments for
deployment". A property that a request leaves out stays as it is; null, 0 or false clears it.

Where the documentation is silent, public reports decided, and where these differ, the reading that
is harder on the client: a request refused for what the plan lacks, or for self review without
reviewers, leaves an environment behind that protects nothing; users and teams without access are
dropped from the reviewers without a word.
"""

from typing import Any

from flask import Blueprint, Response

from keyless.facts import Plan
from sandbox.github import access
from sandbox.github.bodies.account import simple_account
from sandbox.github.bodies.moment import moment
from sandbox.github.bodies.team import listed_team
from sandbox.github.documented import documented
from sandbox.github.links import api_url, html_url, node_id, segment
from sandbox.github.pages import page_of
from sandbox.github.refusals import Refusal, invalid_request, validation_failed
from sandbox.github.request_body import Property, read_body
from sandbox.github.scope import github, require_environments
from sandbox.github.state import Environment, Repository, Reviewer, UnknownNameError

routes = Blueprint("environments", __name__)

LONGEST_NAME = 255
MOST_REVIEWERS = 6
LONGEST_WAIT = 43_200

_BODY = {
    "wait_timer": Property("integer", most=LONGEST_WAIT),
    "prevent_self_review": Property("boolean"),
    "reviewers": Property("array", nullable=True, most=MOST_REVIEWERS),
    "can_admins_bypass": Property("boolean"),
    "deployment_branch_policy": Property("object", nullable=True),
}
_BRANCH_POLICY = {"protected_branches", "custom_branch_policies"}
_SELF_REVIEW = (
    "Failed to create or update the environment protection rule. Required reviewers must have at "
    "least one reviewer to set prevent_self_review."
)


@routes.get("/environments")
@documented("deployments/environments#list-environments")
def list_environments(repository: Repository) -> dict[str, Any]:
    """List a repository's environments."""
    require_environments(repository)
    found = [describe(repository, e) for e in repository.environments.values()]
    return {"total_count": len(found), "environments": page_of(found)}


@routes.get("/environments/<environment_name>")
@documented("deployments/environments#get-an-environment")
def read_environment(repository: Repository, environment: Environment) -> dict[str, Any]:
    """Answer with an environment and its protection."""
    return describe(repository, environment)


@routes.put("/environments/<name>")
@documented("deployments/environments#create-or-update-an-environment")
def write_environment(repository: Repository, name: str) -> dict[str, Any]:
    """Create an environment, or change one that exists."""
    require_environments(repository)
    body = read_body(_BODY)
    _check_name(name)
    _check_branch_policy(body.get("deployment_branch_policy"))
    reviewers = _reviewers(repository, body["reviewers"]) if body.get("reviewers") else []
    try:
        environment = repository.environment(name)
    except UnknownNameError:
        environment = github().create_environment(repository, name)
    if repository.visibility != "public":
        _check_plan(repository.owner.plan, body)
    _apply(environment, body, reviewers)
    return describe(repository, environment)


@routes.delete("/environments/<environment_name>")
@documented("deployments/environments#delete-an-environment")
def delete_environment(repository: Repository, environment: Environment) -> Response:
    """Delete an environment with its variables, secrets and policies."""
    del repository.environments[environment.name.casefold()]
    return Response(status=204)


def describe(repository: Repository, environment: Environment) -> dict[str, Any]:
    """Describe an environment.

    `can_admins_bypass` is answered by the real API, yet absent from its published description.
    """
    path = f"/repos/{repository.full_name}/environments/{segment(environment.name)}"
    page = f"/{repository.full_name}/deployments/activity_log?environments_filter="
    return {
        "id": environment.id,
        "node_id": node_id("EN", repository.id, environment.id),
        "name": environment.name,
        "url": api_url(path),
        "html_url": html_url(page + segment(environment.name)),
        "created_at": moment(environment.created_at),
        "updated_at": moment(environment.updated_at),
        "can_admins_bypass": environment.can_admins_bypass,
        "protection_rules": _protection_rules(repository, environment),
        "deployment_branch_policy": _branch_policy(environment),
    }


def _protection_rules(repository: Repository, environment: Environment) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = []
    if environment.wait_timer:
        rules.append({"type": "wait_timer", "wait_timer": environment.wait_timer})
    if environment.reviewers:
        reviewers = [_describe_reviewer(reviewer) for reviewer in environment.reviewers]
        alone = {"prevent_self_review": environment.prevent_self_review}
        rules.append({"type": "required_reviewers", **alone, "reviewers": reviewers})
    if environment.deployment_branches != "all":
        rules.append({"type": "branch_policy"})
    return [_identity(repository, environment, rule["type"]) | rule for rule in rules]


def _identity(repository: Repository, environment: Environment, kind: str) -> dict[str, Any]:
    place = ("wait_timer", "required_reviewers", "branch_policy").index(kind)
    number = environment.id * 10 + place
    return {"id": number, "node_id": node_id("GA", repository.id, number)}


def _describe_reviewer(reviewer: Reviewer) -> dict[str, Any]:
    if reviewer.kind == "Team":
        return {"type": "Team", "reviewer": listed_team(github().teams[reviewer.id])}
    return {"type": "User", "reviewer": simple_account(github().users[reviewer.id])}


def _branch_policy(environment: Environment) -> dict[str, bool] | None:
    if environment.deployment_branches == "all":
        return None
    custom = environment.deployment_branches == "custom"
    return {"protected_branches": not custom, "custom_branch_policies": custom}


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise validation_failed(f"Environment names are 1 to {LONGEST_NAME} printable characters.")


def _check_branch_policy(policy: dict[str, Any] | None) -> None:
    if policy is None:
        return
    if set(policy) != _BRANCH_POLICY or not all(isinstance(v, bool) for v in policy.values()):
        both = '"protected_branches" and "custom_branch_policies"'
        raise invalid_request(f"For 'properties/deployment_branch_policy', {both} are booleans.")
    if policy["protected_branches"] == policy["custom_branch_policies"]:
        both = '"custom_branch_policies" and "protected_branches"'
        raise Refusal(422, f"{both} cannot have the same value")


def _reviewers(repository: Repository, named: list[Any]) -> list[Reviewer]:
    """Return the named reviewers that can read the repository.

    Raises Refusal for an id that is nobody's.
    """
    reviewers = [_reviewer(one) for one in named]
    return [reviewer for reviewer in reviewers if _may_read(repository, reviewer)]


def _reviewer(named: Any) -> Reviewer:
    known: dict[str, dict[int, Any]] = {"User": github().users, "Team": github().teams}
    if not isinstance(named, dict) or named.get("type") not in known:
        raise invalid_request('For \'properties/reviewers\', a "type" is "User" or "Team".')
    if named.get("id") not in known[named["type"]]:
        shown = {"resource": "Environment", "field": "reviewers", "code": "invalid"}
        raise validation_failed(shown | {"value": named.get("id")})
    return Reviewer(named["type"], named["id"])


def _may_read(repository: Repository, reviewer: Reviewer) -> bool:
    state = github()
    if reviewer.kind == "Team":
        return access.role_of_team(repository, state.teams[reviewer.id]) is not None
    return access.role_of_user(state, repository, state.users[reviewer.id]) is not None


def _check_plan(plan: Plan, body: dict[str, Any]) -> None:
    """Refuse what the plan lacks; naming a property is enough, even to leave it at nothing."""
    if plan.protection_rules:
        return
    lacking = {
        "required reviewers": "reviewers" in body or "prevent_self_review" in body,
        "wait timer": "wait_timer" in body,
        "admin bypass": body.get("can_admins_bypass") is False,
    }
    for rule, named in lacking.items():
        if named:
            raise Refusal(
                422,
                "Failed to create the environment protection rule. Please ensure the billing plan "
                f"supports the {rule} protection rule.",
            )


def _apply(environment: Environment, body: dict[str, Any], reviewers: list[Reviewer]) -> None:
    remaining = reviewers if "reviewers" in body else environment.reviewers
    alone = body.get("prevent_self_review", environment.prevent_self_review and bool(remaining))
    if alone and not remaining:
        raise Refusal(422, _SELF_REVIEW)
    environment.reviewers = remaining
    environment.prevent_self_review = alone
    environment.wait_timer = body.get("wait_timer", environment.wait_timer)
    environment.can_admins_bypass = body.get("can_admins_bypass", environment.can_admins_bypass)
    if "deployment_branch_policy" in body:
        _apply_branch_policy(environment, body["deployment_branch_policy"])
    environment.updated_at = github().now()


def _apply_branch_policy(environment: Environment, policy: dict[str, bool] | None) -> None:
    """Choose which branches may deploy; name patterns do not outlive the choice of them."""
    if policy is None:
        environment.deployment_branches = "all"
    else:
        custom = policy["custom_branch_policies"]
        environment.deployment_branches = "custom" if custom else "protected"
    if environment.deployment_branches != "custom":
        environment.policies.clear()
