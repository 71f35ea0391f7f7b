"""Tests of the warning about a branch that is not there."""

from collections.abc import Iterator

import pulumi
import pytest

from components.hooks.named_branches import NamedBranches
from components.lookups.github_threads import GithubRefusedError
from tests.components.github_stub import github, run_hook
from tests.components.registered import mocked

BRANCHES = [{"name": "main"}, {"name": "release/1"}]


@pytest.fixture(autouse=True)
def _mocks() -> Iterator[None]:
    with mocked():
        yield


def warnings(monkeypatch: pytest.MonkeyPatch, **inputs: object) -> list[str]:
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", said.append)
    known = NamedBranches("acme", github({"repos/acme/shop/branches": BRANCHES}))
    assert run_hook(known.remarked, "shop/x", {"repository": "shop", **inputs}) == ""
    return said


@pytest.mark.parametrize(
    "pattern", ["main", "release/*", "refs/pull/*/merge", "gh-readonly-queue/main/*"]
)
def test_what_is_there_needs_no_word(monkeypatch: pytest.MonkeyPatch, pattern: str) -> None:
    assert warnings(monkeypatch, branchPattern=pattern) == []


def test_tags_come_with_the_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert warnings(monkeypatch, tagPattern="v*") == []


def test_a_misspelt_pattern(monkeypatch: pytest.MonkeyPatch) -> None:
    assert warnings(monkeypatch, branchPattern="mian") == [
        'shop/x: acme/shop has no branch "mian". Until there is one, nothing comes from it. Write '
        '"main" if that is meant.'
    ]


@pytest.mark.parametrize("lacks_right", [True, False])
def test_a_token_that_may_not_read_contents_hears_nothing(
    monkeypatch: pytest.MonkeyPatch, lacks_right: bool
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise GithubRefusedError("refused", lacks_right=lacks_right)

    threads = github()
    monkeypatch.setattr(threads, "get_page", refuse)
    known = NamedBranches("acme", threads)
    pattern = {"repository": "shop", "branchPattern": "mian"}
    assert run_hook(known.remarked, "shop/x", pattern) == ("" if lacks_right else "refused")


def test_a_ruleset_of_a_branch_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    conditions = {"refName": {"includes": ["refs/heads/develop"], "excludes": []}}
    assert warnings(monkeypatch, conditions=conditions) == [
        'shop/x: acme/shop has no branch "develop". Until there is one, nothing comes from it. '
        "Correct it, or make it."
    ]
