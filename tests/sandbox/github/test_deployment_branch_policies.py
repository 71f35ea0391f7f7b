"""Name patterns of branches and tags that may deploy."""

import pytest

from sandbox.github.state import DeploymentBranchPolicy, Environment, GitHubState, Repository
from tests.sandbox.github.conftest import NOT_FOUND, Api, Refused

POLICIES = "/repos/acme/storefront/environments/production/deployment-branch-policies"


@pytest.fixture
def production(state: GitHubState, storefront: Repository) -> Environment:
    environment = state.create_environment(storefront, "production")
    environment.deployment_branches = "custom"
    return environment


def test_lifecycle(api: Api, production: Environment) -> None:
    branch = api.done("POST", POLICIES, {"name": "main"})
    tag = api.done("POST", POLICIES, {"name": "v*", "type": "tag"})
    assert (branch["type"], tag["type"]) == ("branch", "tag")
    assert api.done("GET", POLICIES)["branch_policies"] == [branch, tag]
    changed = api.done("PUT", f"{POLICIES}/{tag['id']}", {"name": "release/*"})
    assert changed == tag | {"name": "release/*"}
    assert api.done("GET", f"{POLICIES}/{tag['id']}") == changed
    api.done("DELETE", f"{POLICIES}/{branch['id']}")
    assert production.policies == {tag["id"]: DeploymentBranchPolicy(tag["id"], "release/*", "tag")}
    for method in ("GET", "DELETE"):
        assert api.refused(method, f"{POLICIES}/{branch['id']}") == NOT_FOUND


def test_branch_and_tag_of_one_name_are_two(api: Api, production: Environment) -> None:
    api.done("POST", POLICIES, {"name": "v1", "type": "branch"})
    api.done("POST", POLICIES, {"name": "v1", "type": "tag"})
    assert len(production.policies) == 2


def test_one_that_exists_is_answered_with_a_way_to_the_list(
    api: Api, production: Environment
) -> None:
    api.done("POST", POLICIES, {"name": "main"})
    response = api("POST", POLICIES, {"name": "main", "type": "branch"})
    assert response.status_code == 303
    assert response.headers["Location"] == f"http://localhost/api/v3{POLICIES}"
    assert len(production.policies) == 1


@pytest.mark.parametrize("branches", ["all", "protected"])
def test_exist_only_where_patterns_decide(api: Api, production: Environment, branches: str) -> None:
    production.policies[51] = DeploymentBranchPolicy(51, "main")
    production.deployment_branches = "all" if branches == "all" else "protected"
    assert api.refused("GET", POLICIES) == NOT_FOUND
    assert api.refused("POST", POLICIES, {"name": "main"}) == NOT_FOUND
    assert api.refused("GET", f"{POLICIES}/51") == NOT_FOUND


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, '"name" wasn\'t supplied.'),
        ({"name": 5}, "For 'properties/name', 5 is not a string."),
        ({"name": "main", "type": "ref"}, '"ref" is not a member of ["branch", "tag"].'),
    ],
)
def test_bodies_that_are_refused(
    api: Api, production: Environment, body: dict[str, object], message: str
) -> None:
    assert api.refused("POST", POLICIES, body) == Refused(422, f"Invalid request.\n\n{message}")
    assert production.policies == {}
