"""The replay finds each way in which trust could be left bare."""

from typing import Any

import pytest

from sandbox.journal import Call, Entry, Journal
from tests.faults.invariant import Allowed, Picture, Settings, violations

STOREFRONT = (811223344, "production")
NUMBERS = {"acme/storefront": 811223344}
GUARDED = Settings(frozenset({("User", 583231)}), True, False, 10, "custom")
ALLOWED = {STOREFRONT: Allowed(frozenset({GUARDED}), frozenset({("branch", "main")}))}
NOTHING = Picture({}, {})
PATH = "/repos/acme/storefront/environments/production"
WRITTEN = {
    "reviewers": [{"type": "User", "id": 583231}],
    "prevent_self_review": True,
    "can_admins_bypass": False,
    "wait_timer": 10,
    "deployment_branch_policy": {"protected_branches": False, "custom_branch_policies": True},
}
ISSUER = "token.actions.githubusercontent.com"
TRUST = {
    "Statement": [
        {
            "Condition": {
                "StringEquals": {
                    f"{ISSUER}:sub": ["repo:acme/storefront:environment:production"],
                    f"{ISSUER}:repository_id": "811223344",
                }
            }
        }
    ]
}

PROTECT = Call(side="github", action="PUT", target=PATH, change=True, detail={"body": WRITTEN})
REMOVE = Call(side="github", action="DELETE", target=PATH, change=True)
TRUSTING = Call(
    side="aws",
    action="CreateRole",
    target="deploy",
    change=True,
    detail={"RoleName": "deploy", "AssumeRolePolicyDocument": TRUST},
)
UNTRUSTING = Call(
    side="aws", action="DeleteRole", target="deploy", change=True, detail={"RoleName": "deploy"}
)


def loosened(**changes: Any) -> Call:
    body = {**WRITTEN, **changes}
    return Call(side="github", action="PUT", target=PATH, change=True, detail={"body": body})


def allowing(pattern: str) -> Call:
    answer = {"id": 1, "type": "branch", "name": pattern}
    target = f"{PATH}/deployment-branch-policies"
    return Call(side="github", action="POST", target=target, change=True, detail={"answer": answer})


def journal(*calls: Call) -> tuple[Entry, ...]:
    kept = Journal()
    for call in calls:
        kept.record(call, status=200)
    return kept.changes()


def judged(*calls: Call) -> list[str]:
    return violations(NOTHING, journal(*calls), ALLOWED, NUMBERS)


def test_trust_after_protection_and_gone_before_it_holds() -> None:
    assert judged(PROTECT, allowing("main"), TRUSTING, UNTRUSTING, REMOVE) == []


@pytest.mark.parametrize(
    ("calls", "found"),
    [
        (
            (TRUSTING, PROTECT),
            f"after 1 CreateRole deploy: deploy trusts {STOREFRONT}, which does not exist",
        ),
        (
            (PROTECT, TRUSTING, REMOVE, UNTRUSTING),
            f"after 3 DELETE {PATH}: deploy trusts {STOREFRONT}, which does not exist",
        ),
        (
            (PROTECT, TRUSTING, allowing("x"), UNTRUSTING),
            f"after 3 POST {PATH}/deployment-branch-policies: deploy trusts {STOREFRONT}, which "
            "patterns of no config may deploy to: [('branch', 'x')]",
        ),
    ],
)
def test_each_bare_moment_is_named(calls: tuple[Call, ...], found: str) -> None:
    assert judged(*calls) == [found]


@pytest.mark.parametrize(
    "change",
    [
        {"reviewers": None, "prevent_self_review": False},
        {"reviewers": [{"type": "User", "id": 9021}]},
        {"prevent_self_review": False},
        {"can_admins_bypass": True},
        {"wait_timer": 0},
        {"deployment_branch_policy": None},
    ],
)
def test_settings_of_no_config_are_named(change: dict[str, Any]) -> None:
    (found,) = judged(PROTECT, TRUSTING, loosened(**change), UNTRUSTING)
    assert found.startswith(
        f"after 3 PUT {PATH}: deploy trusts {STOREFRONT}, whose settings no config has: Settings("
    )
