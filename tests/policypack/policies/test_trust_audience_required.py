"""The policy trust-audience-required, run by the pack's analyzer."""

import pytest

from tests.policypack import estate
from tests.policypack.analyzer import Pack

ID = "trust-audience-required"
WHY = "It may have been asked for another service."
DEFAULT = 'so a token with aud "https://github.com/acme" gets in'
INSTEAD = 'Write StringEquals "token.actions.githubusercontent.com:aud": "sts.amazonaws.com".'


def test_pinned_audience_passes(pack: Pack) -> None:
    assert pack.says(ID, estate.role()) == []


@pytest.mark.parametrize(
    ("audience", "found"),
    [
        (None, f"no condition pins aud, {DEFAULT}"),
        ("https://github.com/acme", f'aud may be "https://github.com/acme", {DEFAULT}'),
        (
            ["sts.amazonaws.com", "vault"],
            'aud may be "sts.amazonaws.com" or "vault", so a token with aud "vault" gets in',
        ),
        (
            "sts.amazonaws.com.cn",
            'aud may be "sts.amazonaws.com.cn", so a token with aud "sts.amazonaws.com.cn" gets in',
        ),
    ],
)
def test_other_audience_is_blocked(pack: Pack, audience: object, found: str) -> None:
    role = estate.role(assumeRolePolicy=estate.trust(aud=audience))
    assert pack.says(ID, role) == [f"NO-AUDIENCE: statement 1: {found}. {WHY} {INSTEAD}"]


def test_condition_that_an_absent_audience_passes_is_blocked(pack: Pack) -> None:
    vacuous = {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}
    document = estate.document(
        estate.statement(
            ("StringEquals", estate.pinned(aud=None)),
            ("ForAllValues:StringEquals", vacuous),
        )
    )
    assert pack.says(ID, estate.role(assumeRolePolicy=document)) == [
        'NO-AUDIENCE: statement 1: aud may be "sts.amazonaws.com", so a token without aud gets in. '
        f"{WHY} {INSTEAD}"
    ]


def test_each_statement_is_judged(pack: Pack) -> None:
    bare = estate.statement(("StringEquals", estate.pinned(aud=None)))
    role = estate.role(assumeRolePolicy=estate.document(bare, bare))
    assert pack.says(ID, role) == [
        f"NO-AUDIENCE: statement {index}: no condition pins aud, {DEFAULT}. {WHY} {INSTEAD}"
        for index in (1, 2)
    ]


def test_audience_is_that_of_the_partition(pack: Pack) -> None:
    document = estate.trust(aud=None, repository_id=None, repository_owner_id=None)
    document = document.replace("arn:aws:", "arn:aws-cn:")
    assert pack.says(ID, estate.role(assumeRolePolicy=document)) == [
        f"NO-AUDIENCE: statement 1: no condition pins aud, {DEFAULT}. {WHY} "
        'Write StringEquals "token.actions.githubusercontent.com:aud": "sts.amazonaws.com.cn".'
    ]


def test_statement_that_lets_no_token_in_needs_no_audience(pack: Pack) -> None:
    exact = estate.statement(("StringEquals", estate.pinned()))
    tagging = {**estate.statement(), "Action": "sts:TagSession"}
    role = estate.role(assumeRolePolicy=estate.document(exact, tagging))
    assert pack.says(ID, role) == []
