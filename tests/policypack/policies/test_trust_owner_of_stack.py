"""The policy trust-owner-of-stack, run by the pack's analyzer."""

import json
from dataclasses import replace

import pytest

from tests.policypack import estate
from tests.policypack.analyzer import Pack

ID = "trust-owner-of-stack"
BLOCKED = (
    'repository of "evil": trusted, and the stack manages the GitHub of "acme". Nothing here '
    "protects what that owner deploys. Write the owner of the stack, or the role into a stack that "
    'manages "evil".'
)
CONTEXTS = ["ref:refs/heads/main", "ref:refs/tags/v1", "pull_request"]


def trust(owner: str, context: str) -> str:
    subjects = [f"repo:{owner}/storefront:{context}"]
    return estate.trust(sub=subjects, repository_id=None, repository_owner_id=None)


@pytest.mark.parametrize("context", CONTEXTS)
def test_another_owner_is_blocked(pack: Pack, context: str) -> None:
    role = estate.role(assumeRolePolicy=trust("evil", context))
    assert pack.says_of_stack(ID, estate.compliant(role)) == [(estate.DEPLOY, BLOCKED)]


@pytest.mark.parametrize("context", CONTEXTS)
def test_the_stacks_owner_passes_in_any_letter_case(pack: Pack, context: str) -> None:
    role = estate.role(assumeRolePolicy=trust("Acme", context))
    assert pack.says_of_stack(ID, estate.compliant(role)) == []


def test_each_owner_of_the_stack_is_named(pack: Pack) -> None:
    of_another = replace(estate.variable(), name="other", provider={"owner": "acme-labs"})
    role = estate.role(assumeRolePolicy=trust("evil", "pull_request"))
    [(name, sentence)] = pack.says_of_stack(ID, estate.compliant(role, of_another))
    assert name == estate.DEPLOY
    assert 'the stack manages the GitHub of "acme" or "acme-labs". ' in sentence


def test_environments_are_left_to_another_policy(pack: Pack) -> None:
    role = estate.role(assumeRolePolicy=trust("evil", estate.PRODUCTION))
    found = pack.judge_stack(estate.compliant(role, without=(estate.DEPLOY_VARIABLE,)))
    assert [each.policy for each in found if each.level == "mandatory"] == [
        "environment-managed-before-role"
    ]


def test_a_stack_without_github_knows_no_owner(pack: Pack) -> None:
    role = estate.role(assumeRolePolicy=trust("evil", "pull_request"))
    assert pack.says_of_stack(ID, [role]) == []


def test_a_document_of_the_native_provider_is_judged(pack: Pack) -> None:
    role = estate.native_role(json.loads(trust("evil", "pull_request")))
    assert pack.says_of_stack(ID, estate.compliant(role)) == [("native", BLOCKED)]


def test_the_issuer_of_another_vendor_has_owners_of_its_own(pack: Pack) -> None:
    vendor = "evil.example/_services/token"
    role = estate.role(
        assumeRolePolicy=trust("evil", "pull_request").replace(estate.ISSUER, vendor)
    )
    assert pack.says_of_stack(ID, estate.compliant(role)) == [(estate.DEPLOY, BLOCKED)]
    listed = pack.configured({"settings": {"other_issuers": [vendor]}})
    assert pack.says_of_stack(ID, estate.compliant(role), listed) == []
