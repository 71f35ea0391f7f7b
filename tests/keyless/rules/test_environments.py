"""Environments as trust policies, settings and GitHub write them."""

import pytest

from keyless.rules.environments import environment_in, key_of, review_prefixes
from keyless.trust.verdict import Context, Repository

SHOP = Repository("acme", "shop")


@pytest.mark.parametrize(
    ("repository", "context", "environment"),
    [
        (SHOP, "environment:production", "shop/production"),
        (SHOP, "environment:prod%3Ablue%3A1", "shop/prod:blue:1"),
        (Repository("acme", None, None, "7"), "environment:production", "?/production"),
        (SHOP, "environment", "shop/"),
        (SHOP, "pull_request", None),
        (SHOP, "ref:refs/heads/environment:x", None),
        (SHOP, "*", None),
    ],
)
def test_environment_of_a_context(
    repository: Repository, context: str, environment: str | None
) -> None:
    assert environment_in(Context(repository, context)) == environment


@pytest.mark.parametrize(
    ("environment", "key"),
    [
        ("Shop/Production", "shop/Production"),
        ("shop/Blue/Green", "shop/Blue/Green"),
    ],
)
def test_repositories_alone_ignore_letter_case(environment: str, key: str) -> None:
    assert key_of(environment) == key


def test_review_environments_bring_their_prefixes() -> None:
    review = {"Shop/preview": "shop-pr-", "shop/demo": "shop-demo-", "other/preview": "other-"}
    contexts = [
        Context(SHOP, "environment:preview"),
        Context(SHOP, "environment:demo"),
        Context(SHOP, "environment:production"),
        Context(SHOP, "environment:Preview"),
        Context(SHOP, "pull_request"),
    ]
    assert review_prefixes(contexts, review) == {"shop-pr-", "shop-demo-"}
    assert review_prefixes(contexts[2:], review) == frozenset()
