"""Verdicts of the public cases written anew, and of those written to fool a reader."""

import json

import pytest

from keyless.trust import Verdict, judge
from tests.keyless.trust import adversarial_cases, reference_cases

CLASSES = {
    "0": {Verdict.DEAD},
    "1": {Verdict.OPEN},
    "1b": {Verdict.OPEN},
    "3": {Verdict.OWNER_WIDE},
    "5": {Verdict.PULL_REQUEST, Verdict.REPOSITORY_WIDE},
    "6": {Verdict.ANY_BRANCH, Verdict.ANY_TAG},
    "7": {Verdict.ANY_ENVIRONMENT},
    "8": {Verdict.EXACT},
    "9": {Verdict.EXACT},
    "n/a": {Verdict.NOT_GITHUB},
}
WIDER_BY_DEFINITION = {
    *("one unknown character", "branch beginning", "branch beginning, nothing more"),
}


@pytest.mark.parametrize("case", reference_cases.CASES, ids=lambda case: case.name)
def test_reference_case(case: reference_cases.Case) -> None:
    verdict = judge(case.policy).verdict
    assert str(verdict) == case.verdict
    if case.name not in WIDER_BY_DEFINITION:
        assert verdict in CLASSES[case.reference]


def test_reference_cases_are_all_there() -> None:
    assert len(reference_cases.CASES) == 74
    assert len({case.name for case in reference_cases.CASES}) == 74


@pytest.mark.parametrize("case", adversarial_cases.CASES, ids=lambda case: case.name)
def test_adversarial_case(case: adversarial_cases.Case) -> None:
    judgement = judge(case.policy)
    assert str(judgement.verdict) == case.verdict
    assert "cannot be read" not in judgement.reason
    assert judge(json.dumps(case.policy)) == judgement
    graded_above_exact = judgement.verdict < Verdict.EXACT
    assert (judgement.witness is not None) == graded_above_exact
    if judgement.witness is not None:
        assert judgement.admits(judgement.witness.claims)


def test_adversarial_cases_are_many_and_named_apart() -> None:
    assert len(adversarial_cases.CASES) >= 150
    assert len({case.name for case in adversarial_cases.CASES}) == len(adversarial_cases.CASES)
