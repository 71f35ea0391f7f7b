"""A policy that takes less never gets a worse verdict: a value removed, a condition added."""

from copy import deepcopy
from typing import Any, Final

import pytest

from keyless.trust import Verdict, judge
from tests.keyless.trust.building import like
from tests.keyless.trust.generated import Seeded, one_more_condition, policy

SEEDS: Final = 60
SUBJECTS: Final = (
    *("repo:acme/app:*", "repo:acme/app:ref:*", "repo:acme/app:ref:refs/heads/*"),
    *("repo:acme/app:environment:*", "repo:acme/app:pull_request", "repo:acme/*"),
    *("repo:acme/app:ref:refs/heads/main", "repo:acme/app:environment:prod"),
    *("repo:acme/app:ref:refs/tags/v*", "repo:acme*", "repository_id:811:*", "*:environment:prod"),
)
CLAIMS: Final = (
    *({"environment": "prod"}, {"environment": ["prod", "dev"]}, {"ref": "refs/heads/main"}),
    *({"repository_id": "811"}, {"repository_owner_id": "9919"}, {"actor": "mona"}),
    *({"ref": "refs/tags/v1"}, {"repository": "acme/app"}, {"enterprise_id": "55"}),
)
NO_WORSE: Final = (Verdict.UNKNOWN, Verdict.NOT_GITHUB)


def without_a_value(chance: Seeded, document: dict[str, Any]) -> bool:
    """Remove a value of a positive operator in an Allow; False where no list has two."""
    lists = [
        values
        for statement in document["Statement"]
        if statement["Effect"] == "Allow"
        for operator, keys in statement["Condition"].items()
        for values in keys.values()
        if "Not" not in operator and isinstance(values, list) and len(values) > 1
    ]
    if lists:
        values = chance.one_of(lists)
        values.pop(chance.number(0, len(values) - 1))
    return bool(lists)


def compare(before: dict[str, Any], after: dict[str, Any]) -> None:
    wider, narrower = judge(before), judge(after)
    if wider.verdict not in NO_WORSE and narrower.verdict not in NO_WORSE:
        assert narrower.verdict >= wider.verdict, (before, after)


@pytest.mark.parametrize("seed", [pytest.param(n, id=f"from {n}") for n in (0, 10_000)])
def test_of_generated_policies(seed: int) -> None:
    for number in range(seed, seed + SEEDS):
        chance, document = Seeded(number), policy(Seeded(number))
        fewer = deepcopy(document)
        if without_a_value(chance, fewer):
            compare(document, fewer)
        narrower = deepcopy(document)
        allowing = [each for each in narrower["Statement"] if each["Effect"] == "Allow"]
        if one_more_condition(chance, chance.one_of(allowing)["Condition"]):
            compare(document, narrower)


@pytest.mark.long
def test_of_many_generated_policies() -> None:
    for start in range(100_000, 110_000, SEEDS):
        test_of_generated_policies(start)


@pytest.mark.parametrize("claims", CLAIMS, ids=str)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_of_a_condition_more(subject: str, claims: dict[str, Any]) -> None:
    compare(like(subject), like(subject, **claims))


@pytest.mark.parametrize("first", SUBJECTS)
@pytest.mark.parametrize("second", SUBJECTS)
def test_of_a_value_less(first: str, second: str) -> None:
    compare(like([first, second]), like(first))
    compare(like([first, second]), like(second))
