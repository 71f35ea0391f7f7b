"""Tests of the ruleset that keeps a branch from changing without review."""

import pytest
from pulumi import ComponentResource, ResourceHook, ResourceHookBinding

from components.branch_ruleset import protect_branch
from tests.components.registered import Registered, register


def ruleset(approvals: int, *, code_owners: bool = False) -> Registered:
    def program() -> None:
        hook = ResourceHook("look", lambda _: None)
        protect_branch(
            "shop/main",
            ruleset="keyless prod: main",
            repository="shop",
            branch="main",
            approvals=approvals,
            code_owners=code_owners,
            hooks=ResourceHookBinding(before_create=[hook]),
            parent=ComponentResource("keyless:index:Above", "above"),
        )

    return register(program)["RepositoryRuleset::shop/main"]


@pytest.mark.parametrize("approvals", [0, 2])
def test_a_pull_request_with_approvals_and_no_way_round_it(approvals: int) -> None:
    found = ruleset(approvals)
    assert found.inputs == {
        "name": "keyless prod: main",
        "repository": "shop",
        "target": "branch",
        "enforcement": "active",
        "conditions": {"refName": {"includes": ["refs/heads/main"], "excludes": []}},
        "rules": {
            "deletion": True,
            "nonFastForward": True,
            "pullRequest": {
                "requiredApprovingReviewCount": approvals,
                "dismissStaleReviewsOnPush": True,
                "requireLastPushApproval": approvals > 0,
            },
        },
    }


def test_code_owners_approve_where_the_entry_says_so() -> None:
    rules = ruleset(1, code_owners=True).inputs["rules"]
    assert rules["pullRequest"]["requireCodeOwnerReview"] is True


def test_its_hooks_and_its_place() -> None:
    found = ruleset(1)
    assert (found.parent, found.hooks) == ("Above::above", {"before_create": ["look"]})
