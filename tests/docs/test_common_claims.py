"""The page of common claims that are wrong says what the table of facts says."""

import re
from pathlib import Path

import pytest

from keyless import facts
from keyless.trust import Verdict, judge

PAGE = (Path(__file__).parents[2] / "docs" / "guides" / "common-wrong-claims.md").read_text("utf-8")
PROVIDER = facts.provider_arn("aws", "222222222222", facts.GITHUB_COM)


def trusting(**values: str) -> dict[str, object]:
    exact = {"aud": facts.AWS.audience, "sub": "repo:acme/shop:environment:production", **values}
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": PROVIDER},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {
                        f"{facts.GITHUB_COM}:{claim}": value for claim, value in exact.items()
                    }
                },
            }
        ],
    }


def test_it_lists_the_keys_that_aws_fills() -> None:
    text = " ".join(PAGE.split())
    (listed,) = re.findall(r"fills ten keys from a GitHub token: (.+?)\. It also ", text)
    assert set(re.findall(r"`(\w+)`", listed)) == facts.GITHUB_CLAIMS
    (also,) = re.findall(r"It also fills (.+?)\. ", text)
    assert set(re.findall(r"`(\w+)`", also)) == facts.GENERIC_CLAIMS


@pytest.mark.parametrize("claim", ["repository_owner", "event_name", "runner_environment"])
def test_a_key_that_aws_does_not_fill_lets_nobody_in(claim: str) -> None:
    assert f"`{claim}`" in PAGE or f":{claim}`" in PAGE
    assert judge(trusting(**{claim: "x"})).verdict is Verdict.DEAD


def test_the_subject_of_a_run_by_hand_lets_nobody_in() -> None:
    assert "`trust-effective` calls it DEAD" in PAGE
    assert judge(trusting(sub="repo:acme/shop:workflow_dispatch")).verdict is Verdict.DEAD
    assert judge(trusting()).verdict is Verdict.EXACT
