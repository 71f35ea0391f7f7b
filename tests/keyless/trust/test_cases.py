"""Verdicts of public policies, and of those written to fool a reader.

public_cases.json holds trust policies of public test suites and of vendors' pages (`source`), each
with the widest identity that an independent evaluator found to get in, and a subject of it.
"""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from keyless.trust import Verdict, judge
from tests.keyless.trust import adversarial_cases

PUBLIC: Final = json.loads(Path(__file__).with_name("public_cases.json").read_text("utf-8"))
CLASSES: Final = {
    "0": {Verdict.DEAD},
    "1": {Verdict.OPEN},
    "3": {Verdict.OWNER_WIDE},
    "5": {Verdict.PULL_REQUEST, Verdict.REPOSITORY_WIDE},
    "6": {Verdict.ANY_BRANCH, Verdict.ANY_TAG},
    "7": {Verdict.ANY_ENVIRONMENT},
    "8": {Verdict.EXACT},
    "9": {Verdict.EXACT},
    "n": {Verdict.NOT_GITHUB},
}
WIDER_BY_DEFINITION: Final = {
    "subvectors/009-gh-aws-single-char-wildcard",
    "subvectors/023-gh-aws-branch-prefix-collision",
    "subvectors/024-gh-aws-branch-wildcard-zero-width",
}
"""`main*` admits every branch of that beginning, though the evaluator tried no other."""


@pytest.mark.parametrize("case", PUBLIC, ids=lambda case: case["id"])
def test_public_case(case: dict[str, Any]) -> None:
    judgement = judge(case["policy"])
    if case["id"] in WIDER_BY_DEFINITION:
        assert judgement.verdict is Verdict.ANY_BRANCH
    else:
        assert judgement.verdict in CLASSES[case["widest_admitted"][0]]


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
