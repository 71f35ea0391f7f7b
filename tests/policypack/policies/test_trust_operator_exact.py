"""The policy trust-operator-exact, run by the pack's analyzer."""

from tests.policypack import estate
from tests.policypack.analyzer import Pack, Violation

ID = "trust-operator-exact"
SUB = f"{estate.ISSUER}:sub"


def test_literals_under_string_equals_pass(pack: Pack) -> None:
    assert pack.says(ID, estate.role()) == []


def test_every_literal_under_string_like_gets_a_remark(pack: Pack) -> None:
    like = estate.statement(
        ("StringEquals", estate.pinned(sub=None)),
        ("StringLike", {SUB: estate.subjects(estate.PRODUCTION)}),
    )
    role = estate.role(assumeRolePolicy=estate.document(like))
    assert pack.judge_one(role) == [
        Violation(
            ID,
            "advisory",
            estate.DEPLOY,
            f'EXACT: statement 1: StringLike {SUB} "{subject}" has no wildcard. '
            "The next edit can bring one unnoticed. Write StringEquals.",
        )
        for subject in estate.subjects(estate.PRODUCTION)
    ]


def test_literal_beside_a_wildcard_is_left_to_others(pack: Pack) -> None:
    subjects = ["repo:acme/storefront:environment:production", "repo:acme/*"]
    like = estate.statement(
        ("StringEquals", estate.pinned(sub=None, repository_id=None)),
        ("StringLike", {SUB: subjects}),
    )
    assert pack.says(ID, estate.role(assumeRolePolicy=estate.document(like))) == []
