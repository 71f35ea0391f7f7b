"""The policy deploy-branch-protected, run by the pack's analyzer."""

import pytest

from tests.policypack import estate
from tests.policypack.analyzer import Declared, Pack, Violation

ID = "deploy-branch-protected"
RULESET = "storefront/protected_branches/main"


def sentence(branch: str = "main") -> str:
    return (
        f'branch "{branch}" of "storefront": it reaches AWS, and the stack does not protect it. '
        "Anybody who can push there deploys without review. Write a ruleset that asks for a pull "
        "request."
    )


def refs(*includes: str, excludes: tuple[str, ...] = ()) -> dict[str, object]:
    return {"refName": {"includes": list(includes), "excludes": list(excludes)}}


def test_protected_branch_passes(pack: Pack) -> None:
    assert pack.says_of_stack(ID, estate.compliant()) == []


def test_branch_that_may_deploy_gets_a_remark(pack: Pack) -> None:
    found = pack.judge_stack(estate.compliant(without=(RULESET,)))
    assert found == [Violation(ID, "advisory", estate.BRANCH_POLICY, sentence())]


def test_branch_that_a_role_trusts_gets_a_remark(pack: Pack) -> None:
    role = estate.role(assumeRolePolicy=estate.trust("ref:refs/heads/develop"))
    assert pack.says_of_stack(ID, estate.compliant(role)) == [(estate.DEPLOY, sentence("develop"))]


def test_branches_of_environments_that_no_role_trusts_are_left_alone(pack: Pack) -> None:
    without = (RULESET, estate.DEPLOY)
    assert pack.says_of_stack(ID, estate.compliant(without=without)) == []


def test_merge_queue_is_as_protected_as_its_branch(pack: Pack) -> None:
    queue = estate.deployment_policy(pattern="gh-readonly-queue/main/*")
    assert pack.says_of_stack(ID, estate.compliant(queue)) == []
    found = pack.says_of_stack(ID, estate.compliant(queue, without=(RULESET,)))
    assert found == [(estate.BRANCH_POLICY, sentence())]


@pytest.mark.parametrize(
    "changes",
    [
        {"conditions": refs("~ALL")},
        {"conditions": refs("~DEFAULT_BRANCH")},
        {"conditions": refs("refs/heads/m*")},
        {"repository": "StoreFront"},
    ],
)
def test_other_ways_to_name_the_branch_pass(pack: Pack, changes: dict[str, object]) -> None:
    assert pack.says_of_stack(ID, estate.compliant(estate.ruleset(**changes))) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"enforcement": "evaluate"},
        {"target": "tag"},
        {"repository": "blog"},
        {"rules": {"deletion": True}},
        {"conditions": refs("refs/heads/develop")},
        {"conditions": refs("~ALL", excludes=("refs/heads/main",))},
        {"conditions": None},
        {"conditions": {"refName": {"includes": None}}},
        {"conditions": {"refName": {"includes": [1]}}},
    ],
)
def test_ruleset_that_leaves_the_branch_open_does_not_count(
    pack: Pack, changes: dict[str, object]
) -> None:
    resources = estate.compliant(estate.ruleset(**changes))
    assert pack.says_of_stack(ID, resources) == [(estate.BRANCH_POLICY, sentence())]


def test_classic_branch_protection_counts(pack: Pack) -> None:
    protection = Declared(
        "github:index/branchProtectionV3:BranchProtectionV3",
        RULESET,
        {
            "branch": "main",
            "repository": "storefront",
            "requiredPullRequestReviews": {"requiredApprovingReviewCount": 1},
        },
    )
    assert pack.says_of_stack(ID, estate.compliant(protection)) == []
    bare = protection.but(requiredPullRequestReviews=None)
    assert len(pack.says_of_stack(ID, estate.compliant(bare))) == 1


def test_a_branch_of_a_repository_without_a_name_gets_a_remark(pack: Pack) -> None:
    """No ruleset of the stack counts for a repository that nobody can name."""
    subject = "repo:acme@9919/??????????@811223344:ref:refs/heads/main"
    like = estate.statement(
        ("StringEquals", estate.pinned(sub=None)),
        ("StringLike", {f"{estate.ISSUER}:sub": subject}),
    )
    role = estate.role(assumeRolePolicy=estate.document(like))
    assert pack.says_of_stack(ID, estate.compliant(role)) == [
        (estate.DEPLOY, sentence("main").replace("storefront", "?"))
    ]
