"""Every answer has the shape that GitHub's published description gives it, in both directions.

The models are those that githubkit generates from the description of version 2026-03-10: what it
requires is there, and nothing is there that it lacks.
"""

from dataclasses import dataclass
from importlib import import_module
from types import GenericAlias
from typing import Any

import pytest
from pydantic import TypeAdapter

from sandbox.github.app import served_routes
from sandbox.github.seed import sample_estate
from sandbox.github.state import (
    DeploymentBranchPolicy,
    GitHubState,
    OrganisationSecret,
    Reviewer,
    Ruleset,
)
from tests.sandbox.github.conftest import Api, open_api

VERSION = "2026-03-10"
REPOSITORY = "/repos/acme/storefront"
ENVIRONMENT = f"{REPOSITORY}/environments/production"
POLICIES = f"{ENVIRONMENT}/deployment-branch-policies"
SUBJECT = "actions/oidc/customization/sub"
UNDOCUMENTED = {"can_admins_bypass"}
"""Answered by the real API (terraform-provider-github and go-github read it), not described."""


@dataclass(frozen=True)
class Answer:
    """Name a request and the model of its answer: a name, `list[…]` of one, or None for no body."""

    method: str
    path: str
    model: str | None
    status: int = 200
    body: object = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


RULESET = {
    "name": "another",
    "target": "branch",
    "enforcement": "active",
    "bypass_actors": [{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}],
    "conditions": {"ref_name": {"include": ["refs/heads/develop"], "exclude": []}},
    "rules": [
        {"type": "deletion"},
        {
            "type": "pull_request",
            "parameters": {
                "dismiss_stale_reviews_on_push": True,
                "require_code_owner_review": False,
                "require_last_push_approval": False,
                "required_approving_review_count": 1,
                "required_review_thread_resolution": False,
            },
        },
    ],
}
ANSWERS = (
    Answer("GET", "/rate_limit", "RateLimitOverview"),
    Answer("GET", "/orgs/acme", "OrganizationFull"),
    Answer("GET", "/orgs/acme/actions/secrets", "OrgsOrgActionsSecretsGetResponse200"),
    Answer(
        "GET",
        "/orgs/acme/actions/secrets/SELECTED/repositories",
        "OrgsOrgActionsSecretsSecretNameRepositoriesGetResponse200",
    ),
    Answer("GET", "/orgs/acme/repos", "list[MinimalRepository]"),
    Answer(
        "POST",
        "/orgs/acme/repos",
        "FullRepository",
        201,
        {"name": "new", "visibility": "private", "auto_init": True},
    ),
    Answer("GET", f"/orgs/acme/{SUBJECT}", "OidcCustomSub"),
    Answer("PUT", f"/orgs/acme/{SUBJECT}", "EmptyObject", 201, {"include_claim_keys": []}),
    Answer("GET", "/orgs/acme/members", "list[SimpleUser]"),
    Answer("GET", "/orgs/acme/teams", "list[Team]"),
    Answer("GET", "/orgs/acme/teams/platform", "TeamFull"),
    Answer("GET", "/orgs/acme/teams/platform/members", "list[TeamMember]"),
    Answer("GET", "/orgs/acme/teams/platform/repos", "list[MinimalRepository]"),
    Answer("GET", "/orgs/acme/teams/platform/repos/acme/storefront", None, 204),
    Answer(
        "PUT",
        "/orgs/acme/teams/auditors/repos/acme/storefront",
        None,
        204,
        {"permission": "push"},
    ),
    Answer("GET", "/users/mona", "PublicUser"),
    Answer("GET", "/users/mona/keys", "list[KeySimple]"),
    Answer("GET", "/users/mona/gpg_keys", "list[GpgKey]"),
    Answer("GET", REPOSITORY, "FullRepository"),
    Answer("GET", "/repositories/811223344", "FullRepository"),
    Answer("GET", f"{REPOSITORY}/contents/.github/workflows/ci.yml", "ContentFile"),
    Answer("GET", f"{REPOSITORY}/contents/.github", "list[ContentDirectoryItems]"),
    Answer("GET", f"{REPOSITORY}/teams", "list[Team]"),
    Answer("GET", f"{REPOSITORY}/branches", "list[ShortBranch]"),
    Answer("GET", f"{REPOSITORY}/collaborators", "list[Collaborator]"),
    Answer("GET", f"{REPOSITORY}/collaborators/mona", None, 204),
    Answer(
        "GET",
        f"{REPOSITORY}/collaborators/mona/permission",
        "RepositoryCollaboratorPermission",
    ),
    Answer(
        "GET",
        f"{REPOSITORY}/collaborators/outsider/permission",
        "RepositoryCollaboratorPermission",
    ),
    Answer("GET", f"{REPOSITORY}/environments", "ReposOwnerRepoEnvironmentsGetResponse200"),
    Answer("GET", ENVIRONMENT, "Environment"),
    Answer("PUT", f"{REPOSITORY}/environments/bare", "Environment", body={}),
    Answer("PUT", ENVIRONMENT, "Environment", body={"wait_timer": 5}),
    Answer("DELETE", ENVIRONMENT, None, 204),
    Answer(
        "GET",
        POLICIES,
        "ReposOwnerRepoEnvironmentsEnvironmentNameDeploymentBranchPoliciesGetResponse200",
    ),
    Answer("POST", POLICIES, "DeploymentBranchPolicy", body={"name": "v*", "type": "tag"}),
    Answer("GET", f"{POLICIES}/51", "DeploymentBranchPolicy"),
    Answer("PUT", f"{POLICIES}/51", "DeploymentBranchPolicy", body={"name": "develop"}),
    Answer("DELETE", f"{POLICIES}/51", None, 204),
    Answer(
        "GET",
        f"{REPOSITORY}/actions/variables",
        "ReposOwnerRepoActionsVariablesGetResponse200",
    ),
    Answer(
        "POST",
        f"{REPOSITORY}/actions/variables",
        "EmptyObject",
        201,
        {"name": "NEW", "value": "1"},
    ),
    Answer("GET", f"{REPOSITORY}/actions/variables/PLAN", "ActionsVariable"),
    Answer("PATCH", f"{REPOSITORY}/actions/variables/PLAN", None, 204, {"value": "2"}),
    Answer("DELETE", f"{REPOSITORY}/actions/variables/PLAN", None, 204),
    Answer(
        "GET",
        f"{ENVIRONMENT}/variables",
        "ReposOwnerRepoEnvironmentsEnvironmentNameVariablesGetResponse200",
    ),
    Answer("GET", f"{ENVIRONMENT}/variables/ROLE", "ActionsVariable"),
    Answer("GET", f"{REPOSITORY}/actions/secrets", "ReposOwnerRepoActionsSecretsGetResponse200"),
    Answer("GET", f"{REPOSITORY}/actions/secrets/HOOK", "ActionsSecret"),
    Answer(
        "GET",
        f"{ENVIRONMENT}/secrets",
        "ReposOwnerRepoEnvironmentsEnvironmentNameSecretsGetResponse200",
    ),
    Answer(
        "GET",
        f"{REPOSITORY}/actions/organization-secrets",
        "ReposOwnerRepoActionsOrganizationSecretsGetResponse200",
    ),
    Answer("GET", f"{REPOSITORY}/actions/permissions", "ActionsRepositoryPermissions"),
    Answer(
        "PUT",
        f"{REPOSITORY}/actions/permissions",
        None,
        204,
        {"enabled": True, "allowed_actions": "all", "sha_pinning_required": True},
    ),
    Answer("GET", f"{REPOSITORY}/actions/permissions/selected-actions", "SelectedActions"),
    Answer("GET", f"{REPOSITORY}/{SUBJECT}", "OidcCustomSubRepo"),
    Answer("GET", f"/repos/acme/checkout-api/{SUBJECT}", "OidcCustomSubRepo"),
    Answer(
        "PUT",
        f"{REPOSITORY}/{SUBJECT}",
        "EmptyObject",
        201,
        {"use_default": False, "include_claim_keys": ["repo", "actor"]},
    ),
    Answer("GET", f"{REPOSITORY}/rulesets", "list[RepositoryRuleset]"),
    Answer("POST", f"{REPOSITORY}/rulesets", "RepositoryRuleset", 201, RULESET),
    Answer("GET", f"{REPOSITORY}/rulesets/61", "RepositoryRuleset"),
    Answer("PUT", f"{REPOSITORY}/rulesets/61", "RepositoryRuleset", body=RULESET),
    Answer("DELETE", f"{REPOSITORY}/rulesets/61", None, 204),
)


@pytest.fixture
def api() -> Api:
    return open_api(furnished_estate(), **{"X-GitHub-Api-Version": VERSION})


def furnished_estate() -> GitHubState:
    """Return the sample estate with one of everything in `acme/storefront`."""
    state = sample_estate()
    now = state.now()
    storefront = state.repository("acme/storefront")
    environment = state.create_environment(storefront, "production")
    environment.wait_timer = 10
    environment.reviewers = [Reviewer("User", 583231), Reviewer("Team", 4101)]
    environment.deployment_branches = "custom"
    environment.policies[51] = DeploymentBranchPolicy(51, "main")
    state.set_variable(environment.variables, "ROLE", "arn")
    state.set_variable(storefront.variables, "PLAN", "arn")
    state.add_secret(environment.secrets, "KEY")
    state.add_secret(storefront.secrets, "HOOK")
    for visibility in ("all", "selected"):
        secret = OrganisationSecret(visibility.upper(), now, now, visibility, {storefront.id})
        storefront.owner.secrets[secret.name] = secret
    storefront.files[".github/workflows/ci.yml"] = "on: push\njobs: {}\n"
    storefront.rulesets[61] = Ruleset(61, "main", "branch", "active", now, now)
    state.repository("acme/checkout-api").subject.use_default = False
    state.team("acme", "storefront-leads").parent = state.team("acme", "platform")
    return state


@pytest.mark.parametrize("answer", ANSWERS, ids=str)
def test_answer_is_as_described(api: Api, answer: Answer) -> None:
    response = api(answer.method, answer.path, answer.body)
    assert response.status_code == answer.status, response.get_data(as_text=True)
    if answer.model is None:
        assert response.get_data() == b""
    else:
        assert_described(response.get_json(), answer.model)


def test_team_sees_the_repository_in_its_media_type(api: Api) -> None:
    accept = "application/vnd.github.v3.repository+json"
    path = "/orgs/acme/teams/platform/repos/acme/storefront"
    assert_described(api("GET", path, Accept=accept).get_json(), "TeamRepository")


def test_refusals_are_as_described(api: Api) -> None:
    missing = api("GET", "/orgs/nobody").get_json()
    assert_described(missing, "BasicError")
    unknown = {"reviewers": [{"type": "User", "id": 1}]}
    invalid = api("PUT", ENVIRONMENT, unknown).get_json()
    assert_described({k: v for k, v in invalid.items() if k != "status"}, "ValidationError")


def test_every_route_is_checked_against_the_description() -> None:
    served = served_routes()
    routes = served.url_map.bind("localhost")
    checked = {routes.match(f"/api/v3{a.path}", method=a.method)[0] for a in ANSWERS}
    described_by_name = {name for name in served.view_functions if "-by-id" not in name}
    assert described_by_name - checked == set()


def test_older_version_adds_what_the_newer_one_lost(api: Api) -> None:
    older = {"X_GitHub_Api_Version": "2022-11-28"}
    repository = api("GET", REPOSITORY, **older).get_json()
    assert repository.pop("has_downloads") is True
    assert_described(repository, "FullRepository")
    overview = api("GET", "/rate_limit", **older).get_json()
    assert overview.pop("rate") == overview["resources"]["core"]
    assert_described(overview, "RateLimitOverview")


def assert_described(answer: Any, model: str) -> None:
    """Assert that the model takes the answer and gives back nothing less."""
    described = TypeAdapter(generated(model))
    understood = described.validate_python(without_undocumented(answer))
    returned = described.dump_python(understood, mode="json", by_alias=True, exclude_unset=True)
    assert returned == without_undocumented(answer)


def generated(model: str) -> Any:
    """Return a generated model by name.

    Imported by name too: type checking all of the generated models takes half a minute.
    """
    name = model.removeprefix("list[").removesuffix("]")
    found = getattr(import_module("githubkit_schemas.latest.models"), name)
    return found if name == model else GenericAlias(list, (found,))


def without_undocumented(answer: Any) -> Any:
    """Return the answer without what is known to be missing from the description."""
    if isinstance(answer, dict):
        kept = {name: value for name, value in answer.items() if name not in UNDOCUMENTED}
        return {name: without_undocumented(value) for name, value in kept.items()}
    if isinstance(answer, list):
        return [without_undocumented(item) for item in answer]
    return answer
