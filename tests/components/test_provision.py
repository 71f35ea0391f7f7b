"""Tests of a whole stack as it is registered: what waits for what, and which hooks look."""

import pytest
from pulumi import RunError

from components.lookups.github_answers import ActionsPermissions
from components.lookups.inspection import Inspection
from components.provision import provision
from keyless.estate.composed_roles import as_typed, compose_roles
from tests.components.github_stub import Answers, github
from tests.components.registered import Registered, register
from tests.keyless.estate.reading.sample import Raw, read, spoiled, stack_config

PRODUCTION = "storefront/environment/production"
PATH = "repos/acme/storefront/environments/production"
AS_WANTED: Answers = {
    PATH: {
        "name": "production",
        "can_admins_bypass": False,
        "protection_rules": [
            {"type": "wait_timer", "wait_timer": 10},
            {
                "type": "required_reviewers",
                "prevent_self_review": True,
                "reviewers": [
                    {"type": "User", "reviewer": {"id": 583231}},
                    {"type": "Team", "reviewer": {"id": 4101}},
                ],
            },
        ],
        "deployment_branch_policy": {"custom_branch_policies": True},
    },
    f"{PATH}/deployment-branch-policies": [
        {"id": 1, "name": "main", "type": "branch"},
        {"id": 2, "name": "v*", "type": "tag"},
    ],
    "repos/acme/pages/environments/preview": {
        "name": "preview",
        "can_admins_bypass": False,
        "deployment_branch_policy": {"custom_branch_policies": True},
    },
    "repos/acme/pages/environments/preview/deployment-branch-policies": [
        {"id": 3, "name": "main", "type": "branch"}
    ],
}


def registered(
    raw: Raw | None = None, answers: Answers = AS_WANTED, *, preview: bool = True
) -> dict[str, Registered]:
    settings = read(stack_config() if raw is None else raw)
    found = as_typed(settings)
    inspection = Inspection(
        repositories=found,
        actions={"storefront": ActionsPermissions(enabled=True, allowed_actions="all")},
        reviewers={("user", "mona"): 583231, ("team", "storefront-leads"): 4101},
        environments={},
        without_rules=frozenset(),
        oidc_provider_exists=False,
        roles={},
        looked_up_policies={"arn:aws:iam::222222222222:policy/deploy/shop": "{}"},
    )
    roles = compose_roles(settings, found)
    return register(
        lambda: provision(settings, inspection, roles, github(answers)), preview=preview
    )


@pytest.fixture(scope="module")
def found() -> dict[str, Registered]:
    """Return what a preview of the sample stack registers."""
    return registered()


def test_an_environment_is_written_with_its_protection_and_kept_when_its_entry_goes(
    found: dict[str, Registered],
) -> None:
    environment = found[f"RepositoryEnvironment::{PRODUCTION}"]
    assert environment.inputs == {
        "repository": "storefront",
        "environment": "production",
        "canAdminsBypass": False,
        "preventSelfReview": True,
        "reviewers": [{"users": [583231], "teams": [4101]}],
        "waitTimer": 10,
        "deploymentBranchPolicy": {"protectedBranches": False, "customBranchPolicies": True},
    }
    assert environment.retain_on_delete
    assert environment.hooks == {
        "before_create": ["refuse-existing-environment", "refuse-strange-pattern"]
    }


def test_without_reviewers_nothing_is_said_of_them(found: dict[str, Registered]) -> None:
    """GitHub answers 422 where there is nobody whose own review it could prevent."""
    inputs = found["RepositoryEnvironment::pages/environment/preview"].inputs
    assert not {"reviewers", "preventSelfReview", "waitTimer"} & inputs.keys()


def test_patterns_of_branches_and_tags(found: dict[str, Registered]) -> None:
    kind = "RepositoryEnvironmentDeploymentPolicy"
    branch = found[f"{kind}::{PRODUCTION}/branch/main"]
    tag = found[f"{kind}::{PRODUCTION}/tag/v*"]
    assert (branch.inputs["branchPattern"], tag.inputs["tagPattern"]) == ("main", "v*")
    assert "tagPattern" not in branch.inputs
    assert "branchPattern" not in tag.inputs
    assert branch.hooks == {"before_create": ["refuse-existing-pattern", "remark-missing-branch"]}


def test_a_role_waits_for_provider_boundary_rulesets_and_its_protection(
    found: dict[str, Registered],
) -> None:
    role = found[f"Role::{PRODUCTION}/deploy"]
    assert role.after == {
        "OpenIdConnectProvider::oidc_provider",
        "Policy::permissions_boundary",
        "RepositoryRuleset::storefront/protected_branches/main",
        f"RepositoryEnvironment::{PRODUCTION}",
        f"RepositoryEnvironmentDeploymentPolicy::{PRODUCTION}/branch/main",
        f"RepositoryEnvironmentDeploymentPolicy::{PRODUCTION}/tag/v*",
    }
    hook = ["compare-environment-before-trust"]
    assert role.hooks == {
        "before_create": ["refuse-existing-role", *hook],
        "before_update": hook,
    }


def test_a_role_of_a_branch_waits_for_no_environment(found: dict[str, Registered]) -> None:
    assert found["Role::storefront/branch/develop/deploy"].after == {
        "OpenIdConnectProvider::oidc_provider",
        "Policy::permissions_boundary",
        "RepositoryRuleset::storefront/protected_branches/main",
    }


def test_a_variable_waits_for_the_role_with_all_its_permissions(
    found: dict[str, Registered],
) -> None:
    variable = found[f"ActionsEnvironmentVariable::{PRODUCTION}/deploy"]
    assert variable.inputs == {
        "repository": "storefront",
        "environment": "production",
        "variableName": "AWS_ROLE_ARN",
        "value": "arn:aws:iam::222222222222:role/keyless/acme-storefront-production-deploy",
    }
    assert {
        f"Role::{PRODUCTION}/deploy",
        f"RolePolicy::{PRODUCTION}/deploy",
    } <= variable.after
    assert variable.hooks == {"before_create": ["refuse-existing-variable"]}
    of_branch = found["ActionsVariable::storefront/branch/develop/deploy"]
    assert "RolePolicy::storefront/branch/develop/deploy" in of_branch.after


def test_region_and_further_variables_of_an_environment(found: dict[str, Registered]) -> None:
    values = {
        each.inputs["variableName"]: each.inputs["value"]
        for key, each in found.items()
        if key.startswith(f"ActionsEnvironmentVariable::{PRODUCTION}/")
    }
    assert values["AWS_REGION"] == "eu-central-1"
    assert values["S3_BUCKET"] == "storefront-prod"


def test_a_renamed_entry_is_found_under_its_former_name(found: dict[str, Registered]) -> None:
    aliases = found[f"RepositoryEnvironment::{PRODUCTION}"].aliases
    assert any(alias.endswith("shop/environment/production") for alias in aliases)


def test_actions_are_pinned_only_where_the_entry_asks_for_it(found: dict[str, Registered]) -> None:
    switch = "ActionsRepositoryPermissions::storefront/actions"
    assert switch not in found
    assert switch in registered(spoiled("sha_pinning", True))


def test_neither_provider_nor_boundary_where_the_stack_creates_none() -> None:
    arn = "arn:aws:iam::222222222222:oidc-provider/token.actions.githubusercontent.com"
    boundary = {"arn": "arn:aws:iam::222222222222:policy/own"}
    raw = stack_config() | {
        "keyless:oidc_provider": {"arn": arn},
        "keyless:permissions_boundary": boundary,
    }
    found = registered(raw)
    assert not {"OidcProvider::oidc_provider", "PermissionsBoundary::permissions_boundary"} & {
        *found
    }
    assert found["Role::storefront/branch/develop/deploy"].after == {
        "RepositoryRuleset::storefront/protected_branches/main"
    }


def test_an_up_passes_where_github_is_as_the_entries_say() -> None:
    assert f"Role::{PRODUCTION}/deploy" in registered(preview=False)


def test_an_up_ends_where_an_environment_lost_its_protection() -> None:
    bare = {**AS_WANTED, PATH: AS_WANTED[PATH] | {"can_admins_bypass": True}}
    with pytest.raises(RunError) as ended:
        registered(answers=bare, preview=False)
    assert str(ended.value) == (
        "storefront/environment/production: on GitHub admins_bypass is True, not False. Trust "
        "would not be protected as reviewed. See why GitHub keeps it so (its plan, the reviewers' "
        "access), then write it again: pulumi up --refresh --replace "
        "'**RepositoryEnvironment::storefront/environment/production'"
    )


def test_a_preview_does_not_ask() -> None:
    asked: list[str] = []
    settings = read(stack_config())
    found = as_typed(settings)
    inspection = Inspection(
        repositories=found,
        actions={},
        reviewers={("user", "mona"): 1, ("team", "storefront-leads"): 2},
        environments={},
        without_rules=frozenset(),
        oidc_provider_exists=False,
        roles={},
        looked_up_policies={},
    )
    roles = compose_roles(settings, found)
    register(lambda: provision(settings, inspection, roles, github({}, asked)))
    assert asked == []


def test_the_pack_is_shown_what_is_looked_up(found: dict[str, Registered]) -> None:
    assert found["LookedUpPolicy::deploy/shop"].type == "keyless:index:LookedUpPolicy"
