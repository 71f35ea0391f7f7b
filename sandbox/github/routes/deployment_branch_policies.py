"""Serve the name patterns of branches and tags that may deploy to an environment.

Source: "REST API endpoints for deployment branch policies". They exist only while the environment
lets custom patterns decide; otherwise every one of these routes answers 404.
"""

from typing import Any

from flask import Blueprint, Response

from sandbox.github.documented import documented
from sandbox.github.links import api_url, node_id, segment
from sandbox.github.pages import page_of
from sandbox.github.refusals import not_found
from sandbox.github.request_body import Property, read_body
from sandbox.github.scope import github
from sandbox.github.state import DeploymentBranchPolicy, Environment, Repository

routes = Blueprint("deployment-branch-policies", __name__)

_PATH = "/environments/<environment_name>/deployment-branch-policies"
_NAME = Property("string", required=True)
_KIND = Property("string", values=("branch", "tag"))


@routes.get(_PATH)
@documented("deployments/branch-policies#list-deployment-branch-policies")
def list_policies(repository: Repository, environment: Environment) -> dict[str, Any]:
    """List an environment's patterns."""
    found = [_describe(repository, policy) for policy in _policies(environment).values()]
    return {"total_count": len(found), "branch_policies": page_of(found)}


@routes.post(_PATH)
@documented("deployments/branch-policies#create-a-deployment-branch-policy")
def create_policy(
    repository: Repository, environment: Environment
) -> dict[str, Any] | tuple[Response, int]:
    """Create a pattern, or answer 303 for one that exists.

    The documentation does not say where the 303 points. Here it points at the list, which is the
    reading that is harder on a client: one that follows takes the list for a policy without id.
    """
    policies = _policies(environment)
    body = read_body({"name": _NAME, "type": _KIND})
    policy = DeploymentBranchPolicy(github().new_id(), body["name"], body.get("type", "branch"))
    if any((p.name, p.kind) == (policy.name, policy.kind) for p in policies.values()):
        environment_path = f"/repos/{repository.full_name}/environments/{segment(environment.name)}"
        there = api_url(f"{environment_path}/deployment-branch-policies")
        return Response(status=303, headers={"Location": there}), 303
    policies[policy.id] = policy
    return _describe(repository, policy)


@routes.get(f"{_PATH}/<int:policy_id>")
@documented("deployments/branch-policies#get-a-deployment-branch-policy")
def read_policy(repository: Repository, environment: Environment, policy_id: int) -> dict[str, Any]:
    """Answer with one pattern."""
    return _describe(repository, _find(environment, policy_id))


@routes.put(f"{_PATH}/<int:policy_id>")
@documented("deployments/branch-policies#update-a-deployment-branch-policy")
def change_policy(
    repository: Repository, environment: Environment, policy_id: int
) -> dict[str, Any]:
    """Change a pattern; its kind stays."""
    policy = _find(environment, policy_id)
    policy.name = read_body({"name": _NAME})["name"]
    return _describe(repository, policy)


@routes.delete(f"{_PATH}/<int:policy_id>")
@documented("deployments/branch-policies#delete-a-deployment-branch-policy")
def delete_policy(
    repository: Repository,  # noqa: ARG001 - every route below a repository is given it
    environment: Environment,
    policy_id: int,
) -> Response:
    """Delete a pattern."""
    del environment.policies[_find(environment, policy_id).id]
    return Response(status=204)


def _policies(environment: Environment) -> dict[int, DeploymentBranchPolicy]:
    if environment.deployment_branches != "custom":
        raise not_found()
    return environment.policies


def _find(environment: Environment, policy_id: int) -> DeploymentBranchPolicy:
    try:
        return _policies(environment)[policy_id]
    except KeyError:
        raise not_found() from None


def _describe(repository: Repository, policy: DeploymentBranchPolicy) -> dict[str, Any]:
    return {
        "id": policy.id,
        "node_id": node_id("GBP", repository.id, policy.id),
        "name": policy.name,
        "type": policy.kind,
    }
