"""Trust policies whose judgement is measured, with the milliseconds that they may take."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from tests.keyless.trust.test_bounds import DOCUMENTS, any_ids, document_of
from tests.keyless.trust.test_public import PUBLIC
from tests.keyless.trust_policies import policy


class Kind(NamedTuple):
    """Documents of one kind; bounds for the middle one and for the 99th of 100."""

    name: str
    documents: Sequence[Any]
    median: float
    most: float


def kinds(size: int) -> Iterator[Kind]:
    """Yield usual policies, no two alike, those of public tests, and the commonest odd ones."""
    subjects = (f"repo:owner-{n}/service-{n}:ref:refs/heads/main" for n in range(size))
    yield Kind("one literal subject", [policy(each, "StringEquals") for each in subjects], 2, 2)
    yield Kind("public tests", [case["policy"] for case in PUBLIC], 2, 10)
    odd = [any_ids(f"owner-{n}") for n in range(max(1, size // 100))]
    yield Kind('"repo:OWNER@*/NAME@*:environment:E"', odd, 20, 30)


def hostile() -> Iterator[Any]:
    """Yield the longest documents that cost most."""
    yield from map(document_of, DOCUMENTS)
