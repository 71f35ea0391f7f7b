"""How many public trust policies of exact contexts are plain, and why the others are not.

`public_cases.json` has those of public test suites and of vendors' documentation, by source.
"""

import json
from collections import Counter
from pathlib import Path

import pytest

from keyless.rules.trust_rewrite import rewrite_trust
from keyless.trust import Verdict, judge
from keyless.trust.plain import Odd, plain

PUBLIC = json.loads((Path(__file__).parent / "public_cases.json").read_text("utf-8"))
CASES = [case for case in PUBLIC if judge(case["policy"]).verdict is Verdict.EXACT]
ISSUERS = ("token.actions.githubusercontent.com",)
AUDIENCE = (
    "statement 1: aud: missing. A token for another service gets in. Write StringEquals "
    '"sts.amazonaws.com".'
)
SEVERAL = "the document: it serves several contexts. Write a role for each."


def test_nine_of_them_are_plain_and_most_others_compare_no_audience() -> None:
    served = [plain(case["policy"], ISSUERS, None) for case in CASES]
    said = Counter(each.sentence if isinstance(each, Odd) else "plain" for each in served)
    assert said == {"plain": 9, AUDIENCE: 12, SEVERAL: 2}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_those_that_are_odd_come_with_the_rewrite_trust(case: dict[str, object]) -> None:
    policy = case["policy"]
    served = plain(policy, ISSUERS, None)
    if isinstance(served, Odd) and judge(policy).contexts[1:] == ():
        rewrite = rewrite_trust(policy, judge(policy), ISSUERS, None)
        assert not isinstance(plain(rewrite.document, ISSUERS, None), Odd), rewrite
