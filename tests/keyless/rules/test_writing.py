"""Writes that a branch or a tag reaches without an environment."""

import pytest

from keyless.rules.grant import Grant
from keyless.rules.writing import ungated_writes
from tests.keyless.rules.written import LABEL, allow, granted

MAIN = "ref:refs/heads/main"
BUCKET = "arn:aws:s3:::acme-site/*"


def says(refs: list[str], *grants: Grant) -> list[str]:
    return list(ungated_writes(refs, grants))


def sentence(what: str, served: str) -> str:
    return (
        f"{LABEL}: {what}, and {served} reaches the role. Anybody who can push there changes AWS "
        "without approval. Write an environment with reviewers, and let the role trust that."
    )


@pytest.mark.parametrize(
    ("refs", "served"),
    [
        ([MAIN], f'"{MAIN}"'),
        (["*"], "every branch"),
        ([MAIN, "*", "ref:refs/tags/v1"], f'"{MAIN}", every branch, "ref:refs/tags/v1"'),
    ],
)
def test_a_write_needs_an_environment(refs: list[str], served: str) -> None:
    grant = granted(allow("s3:GetObject", BUCKET), allow(["s3:GetObject", "s3:PutObject"], BUCKET))
    assert says(refs, grant) == [sentence('statement 2 allows "s3:PutObject"', served)]


@pytest.mark.parametrize(
    ("grant", "what"),
    [
        (granted(allow(None, NotAction="s3:Get*")), "statement 1 allows writing"),
        (granted(allow("s3:P*")), 'statement 1 allows "s3:P*"'),
        (granted(allow("s3:PutObjectTagging")), 'statement 1 allows "s3:PutObjectTagging"'),
        (Grant(LABEL, None, "arn:aws:iam::aws:policy/x"), "it may allow writing"),
    ],
)
def test_what_writes_is_said(grant: Grant, what: str) -> None:
    assert says([MAIN], granted(allow("s3:GetObject")), grant) == [sentence(what, f'"{MAIN}"')]


@pytest.mark.parametrize(
    "grant",
    [
        granted(allow(["s3:GetObject", "s3:List*"])),
        Grant(LABEL, unknown="policy"),
        Grant(LABEL, "{"),
    ],
)
def test_reads_need_none(grant: Grant) -> None:
    assert says([MAIN], grant) == []


def test_an_environment_is_no_ref() -> None:
    assert says([], granted(allow("*"))) == []
