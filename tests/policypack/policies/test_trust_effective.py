"""The policy trust-effective, run by the pack's analyzer."""

import json

import pytest

from tests.policypack import estate
from tests.policypack.analyzer import Pack

ID = "trust-effective"
INSTEAD = (
    "Write one statement that allows the provider of your GitHub in this account, with one context "
    "as sub and the STS audience as aud."
)
NOBODY = "no token that GitHub mints matches all its conditions"


def test_policy_that_a_token_meets_passes(pack: Pack) -> None:
    assert pack.says(ID, estate.role()) == []


def followed(pack: Pack, sentence: str) -> None:
    """Write the policy that a sentence hands over, and see the pack pass."""
    _, _, rest = sentence.partition(" instead: ")
    document, _ = json.JSONDecoder().raw_decode(rest)
    assert pack.judge_one(estate.role(assumeRolePolicy=json.dumps(document))) == []


@pytest.mark.parametrize(
    "claims", [{"sub": "repo:acme/*"}, {"sub": "repo:acme/storefront:workflow_dispatch"}]
)
def test_policy_that_admits_nobody_is_blocked(pack: Pack, claims: dict[str, object]) -> None:
    [sentence] = pack.says(ID, estate.role(assumeRolePolicy=estate.trust(**claims)))
    assert sentence.startswith("DEAD: statement 1: ")
    assert sentence.endswith(INSTEAD)


@pytest.mark.parametrize(
    ("claims", "without"),
    [
        ({"repository_owner": "acme"}, "StringEquals {}:repository_owner"),
        ({"environment": "staging"}, "StringEquals {}:environment"),
    ],
)
def test_what_nobody_meets_is_left_out_of_the_policy_to_write(
    pack: Pack, claims: dict[str, object], without: str
) -> None:
    [sentence] = pack.says(ID, estate.role(assumeRolePolicy=estate.trust(**claims)))
    assert sentence.startswith("DEAD: statement 1: ")
    assert sentence.endswith(f"It is without {without.format(estate.ISSUER)} of statement 1.")
    followed(pack, sentence)


def test_dead_policy_says_why(pack: Pack) -> None:
    role = estate.role(assumeRolePolicy=estate.trust(sub="repo:acme/*"))
    assert pack.says(ID, role) == [f"DEAD: statement 1: {NOBODY}. It lets nobody in. {INSTEAD}"]


def test_one_dead_statement_among_others_is_blocked(pack: Pack) -> None:
    living, dead = (
        estate.statement(("StringEquals", estate.pinned(**claims)))
        for claims in ({}, {"sub": "repo:acme/*"})
    )
    role = estate.role(assumeRolePolicy=estate.document(living, dead))
    assert pack.says(ID, role) == [f"DEAD: statement 2: {NOBODY}. It lets nobody in. Leave it out."]
    assert pack.judge_one(estate.role(assumeRolePolicy=estate.document(living))) == []


def test_policy_that_aws_refuses_is_blocked(pack: Pack) -> None:
    exact = estate.pinned(sub=None, repository="acme/storefront", environment="production")
    role = estate.role(assumeRolePolicy=estate.document(estate.statement(("StringEquals", exact))))
    [sentence] = pack.says(ID, role)
    assert sentence.startswith(
        "REFUSED: statement 1 evaluates neither sub nor job_workflow_ref. AWS will not take the "
        "document. Write instead: {"
    )
    followed(pack, sentence)


def test_a_document_over_the_accounts_quota_is_blocked(pack: Pack) -> None:
    workflows = [f"acme/pipelines/.github/workflows/{n}.yml@refs/heads/main" for n in range(40)]
    role = estate.role(assumeRolePolicy=estate.trust(job_workflow_ref=workflows))
    compact = json.dumps(
        json.loads(str(role.properties["assumeRolePolicy"])), separators=(",", ":")
    )
    assert pack.says(ID, role) == [
        f"REFUSED: it has {len(compact)} characters without white space, and the account takes "
        "2048. AWS will not take the document. Write fewer subjects, or raise the account's quota "
        "for the length of trust policies and write it as trust_policy_characters in the pack's "
        "settings."
    ]
    stack = pack.configured({"settings": {"trust_policy_characters": 4096}})
    assert pack.judge_one(role, stack) == []


def test_an_exception_is_printed_only_where_it_helps(pack: Pack) -> None:
    dead = estate.statement(("StringEquals", estate.pinned(sub="repo:acme/*")))
    for effect, is_printed in (("Allow", True), ("allow", False)):
        role = estate.role(assumeRolePolicy=estate.document({**dead, "Effect": effect}))
        found = [each for each in pack.judge_one(role) if each.policy == ID]
        assert found
        assert any(each.proposed for each in found) is is_printed
