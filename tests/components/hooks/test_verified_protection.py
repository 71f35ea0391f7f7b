"""Tests of the look at an environment before a role trusts it."""

from collections.abc import Iterator

import pytest
from pulumi import ResourceHook

from components.hooks.protection import Protection
from components.hooks.verified_protection import VerifiedProtection
from components.lookups.recorded import Place
from tests.components.github_stub import github, hook_of, run_hook
from tests.components.registered import mocked

NAME = "shop/environment/production"
PATH = "repos/acme/shop/environments/production"
IN_FORCE = {
    "name": "production",
    "can_admins_bypass": False,
    "deployment_branch_policy": {"custom_branch_policies": True},
}
MAIN = {"id": 7, "name": "main", "type": "branch"}
TAG = {"id": 8, "name": "v*", "type": "tag"}
REPAIR = (
    "Trust would not be protected as reviewed. See why GitHub keeps it so (its plan, the "
    "reviewers' access), then write it again: pulumi up --refresh --replace "
    f"'**RepositoryEnvironment::{NAME}'"
)

REPAIR_OF_PATTERNS = REPAIR.replace(
    "write it", f"run gh api --method DELETE {PATH}/deployment-branch-policies/8, write it"
)


@pytest.fixture(autouse=True)
def _mocks() -> Iterator[None]:
    with mocked():
        yield


def refusal(
    environment: dict[str, object] | None,
    patterns: list[dict[str, object]],
    *,
    role: str = f"{NAME}/deploy",
    recorded: dict[Place, frozenset[tuple[str, str]]] | None = None,
    asked: list[str] | None = None,
) -> str:
    answers = {PATH: environment, f"{PATH}/deployment-branch-policies": patterns}
    verified = VerifiedProtection("acme", recorded or {}, github(answers, asked))
    verified.expect(
        NAME,
        "shop",
        "production",
        Protection(
            reviewers=frozenset(),
            prevent_self_review=False,
            admins_bypass=False,
            wait_minutes=0,
            patterns=frozenset({("branch", "main")}),
        ),
    )
    hook = hook_of(verified.before_trust)
    first = run_hook(hook, role, {})
    assert run_hook(hook, role, {}) == first
    return first


def test_an_environment_as_wanted_is_looked_at_once() -> None:
    asked: list[str] = []
    assert refusal(IN_FORCE, [MAIN], asked=asked) == ""
    assert asked == [PATH, f"{PATH}/deployment-branch-policies"]


def test_protection_that_was_taken_away() -> None:
    bare = IN_FORCE | {"can_admins_bypass": True}
    assert refusal(bare, [MAIN]) == f"{NAME}: on GitHub admins_bypass is True, not False. {REPAIR}"


def test_a_pattern_that_was_added() -> None:
    assert refusal(IN_FORCE, [MAIN, TAG]) == (
        f"{NAME}: on GitHub deploy_from is [('branch', 'main'), ('tag', 'v*')], not "
        f"[('branch', 'main')]. {REPAIR_OF_PATTERNS}"
    )


def test_a_pattern_of_the_stack_that_goes_in_this_up_is_passed_over() -> None:
    recorded = {("shop", "production"): frozenset({("tag", "v*")})}
    assert refusal(IN_FORCE, [MAIN, TAG], recorded=recorded) == ""


def test_an_environment_that_is_gone_protects_nothing() -> None:
    assert refusal(None, []).startswith(f"{NAME}: on GitHub admins_bypass is True, not False; ")


def test_a_role_of_a_branch_trusts_no_environment() -> None:
    asked: list[str] = []
    assert refusal(None, [], role="shop/branch/main/deploy", asked=asked) == ""
    assert asked == []


def test_an_environment_that_went_after_its_role_was_compared_gets_no_grant() -> None:
    answers: dict[str, object] = {PATH: IN_FORCE, f"{PATH}/deployment-branch-policies": [MAIN]}
    verified = VerifiedProtection("acme", {}, github(answers))
    wanted = Protection(
        reviewers=frozenset(),
        prevent_self_review=False,
        admins_bypass=False,
        wait_minutes=0,
        patterns=frozenset({("branch", "main")}),
    )
    verified.expect(NAME, "shop", "production", wanted)
    bound = verified.before_grant.before_create or ()
    first, again = (each for each in bound if isinstance(each, ResourceHook))
    assert [run_hook(each, f"{NAME}/deploy", {}) for each in (first, again)] == ["", ""]
    answers[PATH] = None
    assert run_hook(first, f"{NAME}/deploy", {}) == ""
    assert run_hook(again, f"{NAME}/deploy", {}) == (
        f"{NAME}: on GitHub admins_bypass is True, not False; custom branch policies is False, not "
        f"True. {REPAIR}"
    )
