"""Writer and judge of trust policies share no code; here they meet, for every issuer there is."""

import pytest

from keyless.estate.composed_roles import ComposedRole, as_typed, compose_roles
from keyless.estate.issuer import GITHUB_COM
from keyless.trust import Context, Note, Repository, Verdict, judge
from tests.keyless.estate.reading.sample import Raw, read, stack_config

VERDICTS = {
    "environment": Verdict.EXACT,
    "branch": Verdict.EXACT,
    "pull_requests": Verdict.PULL_REQUEST,
    "whole_repository": Verdict.REPOSITORY_WIDE,
}


def _written(region: str, issuer: str) -> tuple[ComposedRole, ...]:
    raw = stack_config() | {"aws:region": region, "keyless:issuer": issuer}
    raw["keyless:repositories"]["storefront"]["branches"]["develop"]["roles"]["deploy"] |= {
        "until": "2027-03-31"
    }
    production: Raw = raw["keyless:repositories"]["storefront"]["environments"]["production"]
    del production["region"], production["roles"]["migrate"]
    settings = read(raw)
    return compose_roles(settings, as_typed(settings))


@pytest.mark.parametrize(
    ("region", "issuer", "pins_ids"),
    [
        ("eu-west-1", GITHUB_COM, True),
        ("eu-west-1", f"{GITHUB_COM}/acme-inc", True),
        ("eu-west-1", "https://token.actions.acme.ghe.com", True),
        ("eu-west-1", "https://ghes.acme.com/_services/token", False),
        ("cn-north-1", GITHUB_COM, False),
        ("us-gov-west-1", GITHUB_COM, False),
        ("eusc-de-east-1", GITHUB_COM, False),
    ],
)
def test_what_is_written_is_judged_as_meant(region: str, issuer: str, pins_ids: bool) -> None:
    for access in _written(region, issuer):
        judgement = judge(access.trust_policy)
        assert judgement.verdict is VERDICTS[access.context.kind]
        assert judgement.refused is None
        assert judgement.notes == (frozenset() if pins_ids else {Note.NAME_ONLY})
        assert judgement.subjects == access.subjects
        assert len(judgement.contexts) == 1


def test_the_judge_reads_the_context_that_was_meant() -> None:
    storefront = Repository("acme", "storefront", "9919", "811223344")
    judged = {
        access.resource_name: judge(access.trust_policy).contexts
        for access in _written("eu-west-1", GITHUB_COM)
        if access.repository == "storefront"
    }
    assert judged == {
        "storefront/environment/production/deploy": (
            Context(storefront, "environment:production"),
        ),
        "storefront/branch/develop/deploy": (Context(storefront, "ref:refs/heads/develop"),),
        "storefront/pull_requests/plan": (Context(storefront, "pull_request"),),
        "storefront/whole_repository/read": (Context(storefront, "*"),),
    }
