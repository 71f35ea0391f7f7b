"""Tests of the hooks that refuse patterns, variables and a provider that exist already."""

from collections.abc import Callable, Iterator

import pytest
from pulumi import ResourceHook

from components.hooks.existing_patterns import ExistingPatterns
from components.hooks.existing_provider import refuse_existing
from components.hooks.existing_variables import ExistingVariables
from components.hooks.protection import Protection
from tests.components.github_stub import Answers, github, hook_of, run_hook
from tests.components.registered import mocked

PLACE = ("shop", "production")
PATTERN = "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy"
VARIABLE = "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable"
INPUTS = {"repository": "shop", "environment": "production"}
WANTED = Protection(
    reviewers=frozenset(),
    prevent_self_review=False,
    admins_bypass=False,
    wait_minutes=0,
    patterns=frozenset({("branch", "main")}),
)
LISTED: Answers = {
    "repos/acme/shop/environments/production/deployment-branch-policies": [
        {"id": 7, "name": "main", "type": "branch"},
        {"id": 8, "name": "v*", "type": "tag"},
    ],
    "repos/acme/shop/environments/production/variables": [{"name": "AWS_ROLE_ARN"}],
    "repos/acme/shop/actions/variables": [{"name": "REGION"}],
}


@pytest.fixture(autouse=True)
def _mocks() -> Iterator[None]:
    with mocked():
        yield


def patterns(asked: list[str] | None = None) -> ExistingPatterns:
    existing = ExistingPatterns("acme", {PLACE}, github(LISTED, asked))
    existing.expect("shop/production", WANTED.patterns)
    return existing


def test_a_pattern_that_is_there_already() -> None:
    inputs = {**INPUTS, "tagPattern": "v*"}
    said = run_hook(patterns().before_creation, "shop/production/tag/v*", inputs, PATTERN)
    assert said == (
        'shop/production/tag/v*: a tag pattern "v*" exists in acme/shop, environment production, '
        "and this stack did not create it under this name. A second one cannot be recorded. If the "
        "entry was renamed, write renamed_from: [FORMER NAME] in it. Otherwise remove what exists, "
        f"or take it over: pulumi import --generate-code=false {PATTERN} "
        "'shop/production/tag/v*' shop:production:8"
    )


def test_a_pattern_that_nobody_has_listed() -> None:
    assert run_hook(patterns().before_adoption, "shop/production", INPUTS) == (
        'shop/production: GitHub lets tag "v*" deploy to it, which the entry does not list. The '
        "roles of this environment would be open to anybody who can push that. List it under "
        "deploy_from, or remove it: gh api --method DELETE "
        "repos/acme/shop/environments/production/deployment-branch-policies/8"
    )


def test_patterns_of_one_environment_are_asked_for_once() -> None:
    asked: list[str] = []
    existing = patterns(asked)
    for pattern in ("release/a", "release/b"):
        inputs = {**INPUTS, "branchPattern": pattern}
        assert run_hook(existing.before_creation, f"shop/production/{pattern}", inputs) == ""
    assert len(asked) == 1


def test_a_variable_that_is_there_already() -> None:
    hook = variables()
    inputs = {**INPUTS, "variableName": "aws_role_arn"}
    assert run_hook(hook, "shop/production/deploy", inputs, VARIABLE) == (
        'shop/production/deploy: a variable "aws_role_arn" exists in acme/shop, environment '
        "production, and this stack did not create it under this name. Overwriting it could break "
        "the jobs that read it. If the entry was renamed, write renamed_from: [FORMER NAME] in it. "
        "Otherwise remove what exists, or take it over: pulumi import --generate-code=false "
        f"{VARIABLE} shop/production/deploy shop:production:aws_role_arn"
    )


def variables(asked: list[str] | None = None) -> ResourceHook:
    return hook_of(ExistingVariables("acme", {PLACE}, github(LISTED, asked)).refused)


@pytest.mark.parametrize(
    ("inputs", "is_refused"),
    [
        ({"repository": "shop", "variableName": "REGION"}, True),
        ({"repository": "shop", "variableName": "AWS_ROLE_ARN"}, False),
        ({**INPUTS, "variableName": "OTHER"}, False),
    ],
)
def test_variables_are_distinguished_by_place_and_name(
    inputs: dict[str, str], is_refused: bool
) -> None:
    assert bool(run_hook(variables(), "shop/x", inputs)) == is_refused


def ask_patterns(asked: list[str]) -> tuple[ResourceHook, ...]:
    existing = patterns(asked)
    return existing.before_creation, existing.before_adoption


@pytest.mark.parametrize("hooks", [ask_patterns, lambda asked: (variables(asked),)])
def test_a_new_environment_is_not_asked_about(
    hooks: Callable[[list[str]], tuple[ResourceHook, ...]],
) -> None:
    asked: list[str] = []
    inputs = {"repository": "shop", "environment": "new", "variableName": "V", "tagPattern": "v*"}
    assert {run_hook(hook, "shop/new", inputs) for hook in hooks(asked)} == {""}
    assert asked == []


def test_a_provider_that_the_account_has() -> None:
    arn = "arn:aws:iam::222222222222:oidc-provider/token.actions.githubusercontent.com"
    hook = hook_of(refuse_existing(arn))
    kind = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
    assert run_hook(hook, "oidc_provider", {}, kind) == (
        f"oidc_provider: the account has {arn} already, and this stack did not create it. An "
        "account has one provider for an issuer. Reference it: keyless:oidc_provider: "
        f'{{arn: "{arn}"}}; or take it over: pulumi import --generate-code=false {kind} '
        f"oidc_provider {arn}"
    )
