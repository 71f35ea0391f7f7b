"""The judge against an evaluator that shares nothing with it, token by token.

The universe of tokens holds the repository meant (acme/app), siblings, colleagues, look-alikes and
strangers, with every template. Anybody who gets in by brute force bounds the verdict from above;
what a verdict promises is checked against everybody.
"""

from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings

from keyless.trust import Judgement, Verdict, judge
from tests.keyless.trust.brute import (
    APP,
    UNIVERSE,
    Token,
    admitted,
    by_own_template,
    gets_in,
    shown,
    those,
    tokens,
)
from tests.keyless.trust.generated import Seeded, policies, policy

SEEDS: Final = 300
SEEDS_A_TEST: Final = 2_000
SETTINGS: Final = settings(
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

STRANGERS: Final = those(lambda token: token.owner in {"zz", "q7"})
LOOKALIKES: Final = those(lambda token: token.owner in {"acme-evil", "acmx"})
COLLEAGUES: Final = those(lambda token: token.owner == APP.owner and token.name == "lab")
SIBLINGS: Final = those(lambda token: token.owner == APP.owner and token.name == "app-two")


def is_pull(token: Token) -> bool:
    of_app = (APP.owner, APP.name, "pull_request", ())
    return (token.owner, token.name, token.context, token.template) == of_app


PULLS: Final = those(lambda token: is_pull(token) and "pull" in token.claims["ref"])
MERGED: Final = those(lambda token: is_pull(token) and "pull" not in token.claims["ref"])

BOUNDS: Final = (
    (STRANGERS, Verdict.OPEN),
    (LOOKALIKES, Verdict.LOOKALIKE_OWNER),
    (COLLEAGUES, Verdict.OWNER_WIDE),
    (SIBLINGS, Verdict.SIBLING_REPOSITORY),
    (PULLS, Verdict.PULL_REQUEST),
    (MERGED, Verdict.ANY_ENVIRONMENT),
)
"""Anybody who gets in makes the verdict at least this wide, if no condition names them outright."""

NAMED: Final = {Verdict.OWNER_WIDE: "lab", Verdict.SIBLING_REPOSITORY: "812"}
"""What of these tenants the generated conditions do name."""


def is_served(token: Token, judgement: Judgement) -> bool:
    """Tell whether an exact policy says of itself that it serves this token's job."""
    return any(
        context.repository.owner in {token.owner, None}
        and context.repository.name in {token.name, None}
        and context.repository.owner_id in {token.claims["repository_owner_id"], None}
        and context.repository.id in {token.claims["repository_id"], None}
        and context.context in {shown(token.context), *by_own_template(token)}
        for context in judgement.contexts
    )


def check(document: dict[str, Any]) -> Verdict:
    """Compare the judgement of a policy with what every token of the universe meets."""
    judgement = judge(document)
    verdict = judgement.verdict
    assert "cannot be read" not in judgement.reason
    if judgement.witness is not None:
        witness = Token("", "", "", (), judgement.witness.claims)
        assert gets_in(document, witness), judgement.witness.says
        assert judgement.admits(judgement.witness.claims)
    inside = admitted(document)
    if verdict is Verdict.UNKNOWN:
        return verdict
    if verdict is Verdict.DEAD:
        assert not inside, next(tokens(inside))
    for who, bound in BOUNDS:
        named = NAMED.get(bound, "nobody") in str(document)
        if inside & who and not named:
            assert verdict <= bound, next(tokens(inside & who))
    if verdict is Verdict.EXACT:
        for token in tokens(inside):
            assert is_served(token, judgement), (token, judgement.contexts)
    return verdict


def test_brute_force_finds_nobody_the_judge_overlooks() -> None:
    """A few that find every verdict; the others are tried with the long tests."""
    verdicts = [check(policy(Seeded(seed))) for seed in range(SEEDS)]
    assert set(verdicts) >= set(Verdict) - {Verdict.NOT_GITHUB, Verdict.UNKNOWN}
    assert verdicts.count(Verdict.UNKNOWN) < SEEDS * 0.015


@pytest.mark.long
@pytest.mark.parametrize("start", [0, *range(1_000_000, 1_200_000, SEEDS_A_TEST)])
def test_brute_force_finds_nobody_in_two_hundred_thousand(start: int) -> None:
    for seed in range(start, start + SEEDS_A_TEST):
        check(policy(Seeded(seed)))


@settings(SETTINGS, max_examples=200)
@given(policies())
def test_hypothesis_finds_nobody_the_judge_overlooks(document: dict[str, Any]) -> None:
    check(document)


@settings(SETTINGS, max_examples=200)
@given(policies())
def test_evaluators_agree_on_every_token(document: dict[str, Any]) -> None:
    judgement = judge(document)
    inside = admitted(document)
    for n in range(0, len(UNIVERSE), 37):
        assert judgement.admits(UNIVERSE[n].claims) == bool(inside >> n & 1), UNIVERSE[n]
