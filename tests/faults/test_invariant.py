"""The replay finds each way in which trust could be left bare."""

from typing import Any

import pytest

from sandbox.journal import Call, Entry, Journal
from tests.faults.invariant import Allowed, Meant, Picture, Settings, violations
from tests.faults.trusted import Source

STOREFRONT = (811223344, "production")
NUMBERS = {"acme/storefront": 811223344}
GUARDED = Settings(frozenset({("User", 583231)}), True, False, 10, "custom")
ENVIRONMENTS = {STOREFRONT: Allowed(frozenset({GUARDED}), frozenset({("branch", "main")}))}
NOTHING = Picture({}, {})
PATH = "/repos/acme/storefront/environments/production"
WRITTEN = {
    "reviewers": [{"type": "User", "id": 583231}],
    "prevent_self_review": True,
    "can_admins_bypass": False,
    "wait_timer": 10,
    "deployment_branch_policy": {"protected_branches": False, "custom_branch_policies": True},
}
RULESET: dict[str, Any] = {
    "id": 7,
    "target": "branch",
    "enforcement": "active",
    "conditions": {"ref_name": {"include": ["refs/heads/main"], "exclude": []}},
    "rules": [
        {"type": "deletion"},
        {"type": "non_fast_forward"},
        {"type": "pull_request", "parameters": {"required_approving_review_count": 1}},
    ],
    "bypass_actors": [],
}
SOURCE = Source("222222222222", 9919)
ISSUER = "token.actions.githubusercontent.com"
CLAIMS = {
    "aud": "sts.amazonaws.com",
    "sub": ["repo:acme/storefront:environment:production"],
    "repository_id": "811223344",
    "repository_owner_id": "9919",
}


def trust(operator: str = "StringEquals", **claims: Any) -> dict[str, Any]:
    named = {name: value for name, value in {**CLAIMS, **claims}.items() if value is not None}
    condition = {operator: {f"{ISSUER}:{name}": value for name, value in named.items()}}
    return {"Statement": [{**SOURCE.statement, "Condition": condition}]}


def trusting(document: dict[str, Any]) -> Call:
    return Call(
        side="aws",
        action="CreateRole",
        target="deploy",
        change=True,
        detail={"RoleName": "deploy", "AssumeRolePolicyDocument": document},
    )


PROTECT = Call(side="github", action="PUT", target=PATH, change=True, detail={"body": WRITTEN})
REMOVE = Call(side="github", action="DELETE", target=PATH, change=True)
TRUSTING = trusting(trust())
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


def reviewing(**changes: Any) -> Call:
    target, answer = "/repos/acme/storefront/rulesets", {**RULESET, **changes}
    return Call(side="github", action="POST", target=target, change=True, detail={"answer": answer})


UNREVIEWING = Call(
    side="github", action="DELETE", target="/repos/acme/storefront/rulesets/7", change=True
)


def judged(*calls: Call, branches: dict[str, frozenset[int]] | None = None) -> list[str]:
    number, _ = STOREFRONT
    others = {number: frozenset({"ref:refs/heads/main"})}
    meant = Meant(SOURCE, ENVIRONMENTS, others, {number: branches or {}})
    return violations(NOTHING, journal(*calls), meant, NUMBERS)


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


MAIN = {"main": frozenset({1})}
BARE = "deploy trusts 811223344, whose branch main is not protected as any config says:"


def test_a_role_between_its_rulesets_holds() -> None:
    calls = (PROTECT, reviewing(), TRUSTING, UNTRUSTING, UNREVIEWING)
    assert judged(*calls, branches=MAIN) == []


@pytest.mark.parametrize(
    ("calls", "found"),
    [
        ((TRUSTING, reviewing(), UNTRUSTING), f"after 2 CreateRole deploy: {BARE} []"),
        (
            (reviewing(), TRUSTING, UNREVIEWING, UNTRUSTING),
            f"after 4 {UNREVIEWING.action} {UNREVIEWING.target}: {BARE} []",
        ),
        (
            (reviewing(enforcement="disabled"), TRUSTING, UNTRUSTING),
            f"after 3 CreateRole deploy: {BARE} []",
        ),
        (
            (reviewing(target="tag"), TRUSTING, UNTRUSTING),
            f"after 3 CreateRole deploy: {BARE} []",
        ),
        (
            (reviewing(rules=RULESET["rules"][:2]), TRUSTING, UNTRUSTING),
            f"after 3 CreateRole deploy: {BARE} [None]",
        ),
        (
            (reviewing(bypass_actors=[{"actor_id": 5}]), TRUSTING, UNTRUSTING),
            f"after 3 CreateRole deploy: {BARE} [None]",
        ),
    ],
)
def test_a_branch_that_is_not_protected_is_named(calls: tuple[Call, ...], found: str) -> None:
    assert found in judged(PROTECT, *calls, branches=MAIN)


@pytest.mark.parametrize(
    ("document", "found"),
    [
        (trust("StringLike"), "by ['StringLike']"),
        (trust(sub=None), "a token whatever its ['sub']"),
        (trust(aud=None), "a token whatever its ['aud']"),
        (trust(aud="*"), "audience and owner (['*'], ['9919'])"),
        (trust(repository_owner_id="1"), "audience and owner (['sts.amazonaws.com'], ['1'])"),
        (trust(actor="*"), f"by ['{ISSUER}:actor']"),
        (
            {"Statement": [{**trust()["Statement"][0], "Principal": "*"}]},
            f"by { ({**SOURCE.statement, 'Principal': '*'}) }",
        ),
        *(
            (trust(sub=[subject]), f"the subject {subject}")
            for subject in (
                "repo:acme/storefront:*",
                "repo:acme/storefront:environment*",
                "repo:acme/storefront:env?ronment:production",
                "repo:acme/*:ref:refs/heads/main",
                "job_workflow_ref:acme/storefront:ref:refs/heads/main",
            )
        ),
    ],
)
def test_trust_that_is_not_exact_is_a_violation(document: dict[str, Any], found: str) -> None:
    assert judged(trusting(document)) == [f"after 1 CreateRole deploy: deploy trusts {found}"]


@pytest.mark.parametrize(
    ("number", "context"),
    [
        (STOREFRONT[0], "pull_request"),
        (STOREFRONT[0], "ref:refs/heads/develop"),
        (1, "ref:refs/heads/main"),
    ],
)
def test_a_context_that_no_config_has_is_a_violation(number: int, context: str) -> None:
    document = trust(sub=[f"repo:acme/any:{context}"], repository_id=str(number))
    assert judged(trusting(document)) == [
        f"after 1 CreateRole deploy: deploy trusts {context} of {number}, which no config has"
    ]


def test_a_branch_that_a_config_has_may_be_trusted() -> None:
    document = trust(sub=["repo:acme/storefront:ref:refs/heads/main"])
    assert judged(trusting(document)) == []
