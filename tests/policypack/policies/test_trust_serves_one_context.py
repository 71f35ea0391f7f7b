"""The policy trust-serves-one-context, run by the pack's analyzer."""

from tests.policypack import estate
from tests.policypack.analyzer import Pack

ID = "trust-serves-one-context"


def test_two_forms_of_one_context_pass(pack: Pack) -> None:
    assert pack.says(ID, estate.role()) == []


def test_two_environments_are_blocked(pack: Pack) -> None:
    subjects = estate.subjects("environment:production") + estate.subjects("environment:staging")
    assert pack.says(ID, estate.role(assumeRolePolicy=estate.trust(sub=subjects))) == [
        "EXACT: it serves 2 contexts, "
        '"acme@9919/storefront@811223344:environment:production", '
        '"acme@9919/storefront@811223344:environment:staging". '
        "The least protected of them reaches what all of them need. Write a role for each."
    ]


def test_two_repositories_are_blocked(pack: Pack) -> None:
    subjects = [f"repo:acme/{name}:environment:production" for name in ("storefront", "blog")]
    document = estate.trust(sub=subjects, repository_id=None)
    assert pack.says(ID, estate.role(assumeRolePolicy=document)) == [
        'EXACT: it serves 2 contexts, "acme@9919/storefront:environment:production", '
        '"acme@9919/blog:environment:production". '
        "The least protected of them reaches what all of them need. Write a role for each."
    ]


def test_wider_trust_is_left_to_others(pack: Pack) -> None:
    subjects = ["repo:acme/storefront:environment:production", "repo:acme/storefront:pull_request"]
    assert pack.says(ID, estate.role(assumeRolePolicy=estate.trust(sub=subjects))) == []
