"""Tests of subjects: both documented forms for each context."""

import pytest

from keyless.estate.subject import Context, RepositoryIdentity, subjects

STOREFRONT = RepositoryIdentity("acme", 9919, "storefront", 811223344)


@pytest.mark.parametrize(
    ("context", "name", "claim"),
    [
        (Context("environment", "production"), "environment/production", "environment:production"),
        (Context("branch", "release/1.2"), "branch/release/1.2", "ref:refs/heads/release/1.2"),
        (Context("pull_requests"), "pull_requests", "pull_request"),
        (Context("whole_repository"), "whole_repository", "*"),
    ],
)
def test_both_forms(context: Context, name: str, claim: str) -> None:
    assert str(context) == name
    assert subjects(STOREFRONT, context) == (
        f"repo:acme/storefront:{claim}",
        f"repo:acme@9919/storefront@811223344:{claim}",
    )


def test_a_full_name_has_its_owner() -> None:
    assert STOREFRONT.full_name == "acme/storefront"
