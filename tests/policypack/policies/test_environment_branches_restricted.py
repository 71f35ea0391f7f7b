"""The policy environment-branches-restricted, run by the pack's analyzer."""

import pytest

from tests.policypack import estate
from tests.policypack.analyzer import UNKNOWN, Pack

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


@pytest.mark.parametrize("pattern", ["main", "release/*", "release/**/*", "v[0-9]*", "hotfix-?"])
def test_named_branches_pass(pack: Pack, pattern: str) -> None:
    assert pack.says(ID, estate.deployment_policy("branch", pattern)) == []


@pytest.mark.parametrize("kind", ["branch", "tag"])
@pytest.mark.parametrize("pattern", ["*", "**", "**/*", "*/*", "?*", "[!m]*", "[a-z]*", "*-*"])
def test_pattern_for_every_name_is_blocked(pack: Pack, kind: str, pattern: str) -> None:
    assert pack.says(ID, estate.deployment_policy(kind, pattern)) == [
        f'{WHERE}: {kind} pattern "{pattern}" admits names that nobody planned. Whoever can push a '
        f'{kind} deploys code that nobody merged. Write the branches that deploy, as in "main", or '
        'tags, as in "v*".'
    ]


@pytest.mark.parametrize("pattern", ["refs/pull/*/merge", "refs/**/head", "refs/pull/7/*"])
def test_pattern_for_pull_requests_is_blocked(pack: Pack, pattern: str) -> None:
    assert pack.says(ID, estate.deployment_policy("branch", pattern)) == [
        f'{WHERE}: branch pattern "{pattern}" admits pull requests. Whoever opens one deploys code '
        'that nobody merged. Write the branches that deploy, as in "main".'
    ]


def test_unknown_pattern_is_blocked(pack: Pack) -> None:
    assert pack.says(ID, estate.deployment_policy("branch", UNKNOWN)) == [
        f"{WHERE}: branch pattern is not known at preview. It may admit any branch. Write the "
        'branches that deploy, as in "main", where it is known at preview.'
    ]
