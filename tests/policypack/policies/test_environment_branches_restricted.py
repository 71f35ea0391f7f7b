"""The policy environment-branches-restricted, run by the pack's analyzer."""

import pytest

from tests.policypack import estate
from tests.policypack.analyzer import UNKNOWN, Declared, Pack

ID = "environment-branches-restricted"
WHERE = 'environment "storefront/production"'
RULE = "Write customBranchPolicies true, protectedBranches false, and a pattern each."


def test_custom_branch_policies_pass(pack: Pack) -> None:
    assert pack.says(ID, estate.environment()) == []


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (None, f"{WHERE}: deploymentBranchPolicy is missing. Any branch may deploy. {RULE}"),
        (
            {"protectedBranches": False, "customBranchPolicies": False},
            f"{WHERE}: deploymentBranchPolicy limits nothing. Any branch may deploy. {RULE}",
        ),
        (
            {"protectedBranches": True, "customBranchPolicies": False},
            f"{WHERE}: deploymentBranchPolicy is protectedBranches. While the repository protects "
            f"no branch, any branch may deploy. {RULE}",
        ),
        (
            {"protectedBranches": False, "customBranchPolicies": UNKNOWN},
            f"{WHERE}: deploymentBranchPolicy.customBranchPolicies is not known at preview. Any "
            f"branch may deploy. {RULE}",
        ),
        (
            UNKNOWN,
            f"{WHERE}: deploymentBranchPolicy is not known at preview. Any branch may deploy. "
            f"{RULE}",
        ),
    ],
)
def test_environment_open_to_any_branch_is_blocked(pack: Pack, rule: object, sentence: str) -> None:
    assert pack.says(ID, estate.environment(deploymentBranchPolicy=rule)) == [sentence]


DEPRECATED = "github:index/repositoryDeploymentBranchPolicy:RepositoryDeploymentBranchPolicy"
REVIEW = "refs/pull/*/merge"


def deprecated(pattern: object) -> Declared:
    written = {"repository": "storefront", "environmentName": "production", "name": pattern}
    return Declared(DEPRECATED, "old", written)


@pytest.mark.parametrize("pattern", ["main", "release/*", "release/**/*"])
def test_named_branches_pass(pack: Pack, pattern: str) -> None:
    assert pack.says(ID, estate.deployment_policy("branch", pattern)) == []
    assert pack.says(ID, deprecated(pattern)) == []


@pytest.mark.parametrize("pattern", ["*", "[!m]*", "main*"])
def test_pattern_for_any_branch_is_blocked(pack: Pack, pattern: str) -> None:
    said = [
        f'{WHERE}: branch pattern "{pattern}" admits branches that nobody planned. Anybody who can '
        "push a branch deploys code that nobody merged. Write the branches that deploy, as in "
        '"main", or a family that begins with a name up to a slash, as in "release/*".'
    ]
    assert pack.says(ID, estate.deployment_policy("branch", pattern)) == said
    assert pack.says(ID, deprecated(pattern)) == said


def test_pattern_for_any_tag_is_blocked(pack: Pack) -> None:
    assert pack.says(ID, estate.deployment_policy("tag", "v*")) == []
    assert pack.says(ID, estate.deployment_policy("tag", "[v]*")) == [
        f'{WHERE}: tag pattern "[v]*" admits tags that nobody planned. Anybody who can push a tag '
        'deploys code that nobody merged. Write the tags that deploy, as in "v1.0.0", or a family '
        'that begins with a letter, as in "v*".'
    ]


@pytest.mark.parametrize("pattern", [REVIEW, "refs/**/head", "refs/pull/8/merge"])
def test_pattern_for_pull_requests_is_blocked(pack: Pack, pattern: str) -> None:
    assert pack.says(ID, estate.deployment_policy("branch", pattern)) == [
        f'{WHERE}: branch pattern "{pattern}" begins with refs/, as pull requests do. Anybody who '
        "opens one deploys code that nobody merged. Write the branches that deploy, as in "
        '"main".'
    ]


@pytest.mark.parametrize(("kind", "pattern"), [("branch", "v1"), ("tag", "v1"), ("tag", REVIEW)])
def test_review_environment_takes_pull_requests_alone(pack: Pack, kind: str, pattern: str) -> None:
    stack = pack.configured({"settings": {"review_environments": ["storefront/production"]}})
    assert pack.says(ID, estate.deployment_policy("branch", REVIEW), stack) == []
    assert pack.says(ID, estate.deployment_policy(kind, pattern), stack) == [
        f'{WHERE}: {kind} pattern "{pattern}", and the settings list it under review_environments. '
        "What deploys for a pull request is not to deploy for a branch. Write the branch pattern "
        f'"{REVIEW}" alone.'
    ]


def test_unknown_pattern_is_blocked(pack: Pack) -> None:
    assert pack.says(ID, estate.deployment_policy("branch", UNKNOWN)) == [
        f"{WHERE}: branch pattern is not known at preview. It may admit any branch. Write the "
        'branches that deploy, as in "main", where it is known at preview.'
    ]


@pytest.mark.parametrize(
    "resource",
    [
        estate.deployment_policy().but(environment="PRODUCTION"),
        estate.environment(environment="Production"),
        estate.environment(repository="Storefront"),
    ],
)
def test_other_letters_of_a_review_environment_are_refused(pack: Pack, resource: Declared) -> None:
    stack = pack.configured({"settings": {"review_environments": ["storefront/production"]}})
    name = f"{resource.properties['repository']}/{resource.properties['environment']}"
    assert pack.says(ID, resource, stack)[0] == (
        f'environment "{name}": the settings list "storefront/production" under '
        "review_environments. GitHub takes both for one environment, so pull requests would "
        'deploy here, too. Write "storefront/production".'
    )
    assert pack.says(ID, resource) == []


def test_unknown_pattern_of_a_review_environment_is_blocked(pack: Pack) -> None:
    stack = pack.configured({"settings": {"review_environments": ["storefront/production"]}})
    assert pack.says(ID, estate.deployment_policy("branch", UNKNOWN), stack) == [
        f"{WHERE}: branchPattern is not known at preview, and the settings list it under "
        "review_environments. What deploys for a pull request is not to deploy for a branch. Write "
        f'the branch pattern "{REVIEW}" alone.'
    ]
