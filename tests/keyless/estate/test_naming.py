"""Tests of names."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyless.estate.naming import resource_name, role_name, ruleset_name, variable_name
from keyless.estate.subject import Context

PRODUCTION = Context("environment", "production")


@pytest.mark.parametrize(
    ("context", "function", "resource", "role", "variable"),
    [
        (PRODUCTION, "deploy", "environment/production/deploy", "production-deploy", ""),
        (PRODUCTION, "migrate", "environment/production/migrate", "production-migrate", "_MIGRATE"),
        (
            PRODUCTION,
            "seed-data",
            "environment/production/seed-data",
            "production-seed-data",
            "_SEED_DATA",
        ),
        (
            Context("branch", "develop"),
            "deploy",
            "branch/develop/deploy",
            "branch-develop-deploy",
            "_PROD_EU_BRANCH_DEVELOP_DEPLOY",
        ),
        (
            Context("branch", "release/1.2"),
            "deploy",
            "branch/release/1.2/deploy",
            "branch-release-1.2-deploy",
            "_PROD_EU_BRANCH_RELEASE_1_2_DEPLOY",
        ),
        (
            Context("pull_requests"),
            "plan",
            "pull_requests/plan",
            "pull-requests-plan",
            "_PROD_EU_PULL_REQUESTS_PLAN",
        ),
        (
            Context("whole_repository"),
            "read",
            "whole_repository/read",
            "whole-repository-read",
            "_PROD_EU_WHOLE_REPOSITORY_READ",
        ),
    ],
)
def test_names_follow_from_their_parts(
    context: Context, function: str, resource: str, role: str, variable: str
) -> None:
    assert resource_name("storefront", context, function) == f"storefront/{resource}"
    assert role_name("acme", "storefront", context, function) == f"acme-storefront-{role}"
    assert variable_name("prod-eu", context, function) == f"AWS_ROLE_ARN{variable}"


def test_a_context_alone_names_its_environment() -> None:
    assert resource_name("storefront", PRODUCTION) == "storefront/environment/production"


def test_a_ruleset_carries_the_stack() -> None:
    assert ruleset_name("prod", "release/*") == "keyless-prod-release/*"


def test_role_names_are_lower_case() -> None:
    assert role_name("Acme", "Site.io", PRODUCTION, "deploy") == "acme-site.io-production-deploy"


def test_a_name_of_64_characters_stays_whole() -> None:
    repository = "r" * (64 - len("acme--production-deploy"))
    whole = f"acme-{repository}-production-deploy"
    assert len(whole) == 64
    assert role_name("acme", repository, PRODUCTION, "deploy") == whole


def test_a_longer_name_is_cut_with_a_hash_of_the_whole() -> None:
    repository = "r" * 60
    deploy = role_name("acme", repository, PRODUCTION, "deploy")
    plan = role_name("acme", repository, PRODUCTION, "plan")
    assert deploy == f"acme-{'r' * 50}-d418f159"
    assert plan != deploy
    assert plan[:55] == deploy[:55]


@given(st.text(max_size=120), st.text(max_size=120), st.text(max_size=40))
def test_any_role_name_is_one_that_iam_takes(repository: str, branch: str, function: str) -> None:
    name = role_name("acme", repository, Context("branch", branch), function)
    assert re.fullmatch(r"[a-z0-9._-]{1,64}", name)
