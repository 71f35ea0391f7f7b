"""Whatever the document, a verdict comes in bounded time."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import pytest

from keyless.trust import Note, Verdict, judge
from keyless.trust.document import LARGEST_DOCUMENT
from tests.keyless.trust.building import (
    GITHUB,
    Policy,
    allow,
    deny,
    equals,
    like,
    policy,
    provider,
    statement,
)

SECONDS: Final = 1.0
"""For any document, in processor time."""
_TRIES: Final = 3
"""Runs of which the fastest counts: on a busy machine processor time grows, too."""

SUB = f"{GITHUB}:sub"
PROD = "repo:acme/app:environment:prod"
WORDS = ("acegikmoqs", "bdfhjlnprt", "zyxwvutsrq", "1234567890")
OPERATORS = (
    *("StringLike", "StringLikeIfExists", "ForAnyValue:StringLike", "ForAllValues:StringLike"),
)


@dataclass(frozen=True)
class Filled:
    """The longest document of a kind that is read: `write` takes how many values it has."""

    write: Callable[[int], object]

    def written(self) -> object:
        low, high = 1, LARGEST_DOCUMENT
        while low < high:
            middle = (low + high + 1) // 2
            fits = len(json.dumps(self.write(middle))) <= LARGEST_DOCUMENT
            low, high = (middle, high) if fits else (low, middle - 1)
        return self.write(low)


def exact(count: int) -> list[str]:
    return [f"repo:acme/app-{n}:environment:prod" for n in range(count)]


def numbers(count: int) -> list[str]:
    return [str(n) for n in range(count)]


def denying(count: int, pattern: str = "*z{}*") -> list[Policy]:
    return [deny({"StringLike": {"sub": pattern.format(n)}}) for n in range(count)]


def whole(**block: Any) -> Policy:
    return statement({"StringLike": {"sub": "repo:acme/app:*"}, **block})


def from_anyone(*blocks: Policy) -> Policy:
    return policy(*(statement(Principal="*", Condition=block) for block in blocks))


KEYS = {
    *("sub", "actor", "actor_id", "enterprise_id", "environment", "job_workflow_ref"),
    *("ref", "repository", "repository_id", "repository_owner_id", "workflow"),
}

DOCUMENTS: dict[str, object] = {
    "literals": Filled(lambda n: equals(exact(n))),
    "literal templates": Filled(lambda n: equals(["workflow:a:actor:b:environment:c"] * n)),
    "one literal of many pieces": equals("repo_property_a:b:" * 110 + "environment:prod"),
    "whole repositories": Filled(lambda n: like([f"repo:acme/app-{k}:*" for k in range(n)])),
    "stars": Filled(lambda n: like(["*a" * 900] * n)),
    "different stars": Filled(lambda n: like(["*a" * k for k in range(40, 41 + n)])),
    "stars under every key": Filled(
        lambda n: allow({"StringLike": {k: [f"*a*b*{i}" for i in range(n)] for k in sorted(KEYS)}})
    ),
    "question marks": like("repo:" + "?" * 2_000),
    "stars after a name": like("repo:acme*" + "*b" * 300),
    "look-alikes": Filled(lambda n: like([f"repo:a{k}*x*y*:environment:*p" for k in range(n)])),
    "templates": Filled(lambda n: like([f"*{k}*repository_id:*:x{k}*:e*" for k in range(n)])),
    "letters": Filled(lambda n: like([f"repo:a*{chr(300 + k)}*" for k in range(n)])),
    "one value of many letters": like("*" + "".join(map(chr, range(300, 1_900)))),
    "letter case": Filled(lambda n: allow({"StringEqualsIgnoreCase": {"sub": exact(n)}})),
    "statements": Filled(lambda n: policy(*[statement({"StringLike": {"sub": "*:x*"}})] * n)),
    "denials": Filled(lambda n: policy(whole(), *denying(n, "*{}*"))),
    "denials of two kinds": Filled(
        lambda n: policy(whole(), *[deny({"StringLike": {"sub": "*a*", "actor": "x"}})] * n)
    ),
    "statements times denials": Filled(lambda n: policy(*[whole()] * n, *denying(n, "*{}*"))),
    "literals times denials": Filled(
        lambda n: policy(statement({"StringEquals": {"sub": exact(n)}}), *denying(n))
    ),
    "patterns times ids": Filled(
        lambda n: like([f"repo:*/a{k}:*" for k in range(n)], repository_id=numbers(n))
    ),
    "ids times negations": Filled(
        lambda n: allow(
            {
                "StringEquals": {"sub": PROD, "repository_id": numbers(n)},
                "StringNotLike": {"repository_id": [f"*8{k}*" for k in range(n)]},
            }
        )
    ),
    "audiences times negations": Filled(
        lambda n: allow(
            {
                "StringEquals": {"sub": PROD, "aud": numbers(n)},
                "StringNotLike": {"aud": [f"*z{k}*" for k in range(n)]},
            },
            audience=False,
        )
    ),
    "contexts": Filled(
        lambda n: like("repo:acme/app:environment:*", environment=[f"e{k}" for k in range(n)])
    ),
    "repositories": Filled(
        lambda n: like("*:environment:prod", repository=[f"acme/a{k}" for k in range(n)])
    ),
    "one context, many ids": Filled(
        lambda n: equals([f"repo:acme@{k}/app@{k}:environment:prod" for k in range(n)])
    ),
    "variables": Filled(lambda n: like(["repo:acme/${x}*a*"] * n)),
    "long numbers": Filled(lambda n: allow({"NumericEquals": {"workflow": ["9" * 2_000] * n}})),
    "huge numbers": Filled(
        lambda n: allow({"NumericLessThan": {"workflow": ["1e999999999"] * n}}, audience=False)
    ),
    "networks": Filled(lambda n: allow({"IpAddress": {"workflow": ["10.0.0.0/8"] * n}})),
    "names of resources": Filled(
        lambda n: allow({"ArnLike": {"workflow": ["arn:*:*:*:*:*a*b*c*"] * n}})
    ),
    "negations": Filled(
        lambda n: allow({"StringNotLike": {"sub": [f"repo:e{k}/*x*" for k in range(n)]}})
    ),
    "four patterns at once": allow(
        {
            operator: {"sub": "*" + "*".join(word) + "*"}
            for operator, word in zip(OPERATORS, WORDS, strict=True)
        }
    ),
    "a key in pieces": like("re*pository_owner:acme:enviro?nment:prod"),
    "a template in pieces": like("*w*repo:acme/app:environment:prod", repository="acme/app"),
    "actions": Filled(lambda n: allow(Action=["*?" * 15 + "*" * 200 + "y"] * n)),
    "providers": Filled(
        lambda n: allow(Principal={"Federated": [provider(f"{GITHUB}/e{k}") for k in range(n)]})
    ),
    "issuers in conditions": Filled(
        lambda n: from_anyone({"StringNotEquals": {f"{GITHUB}/e{k}:sub": "x" for k in range(n)}})
    ),
    "some issuers, many statements": Filled(
        lambda n: from_anyone(
            *[{"StringNotLike": {f"{GITHUB}/e{k}:sub": "*x*" for k in range(10)}}] * n
        )
    ),
    "long name of an issuer": from_anyone(
        {"StringNotEquals": {"a-" * 4_000 + "./_services/token:sub": "x"}}
    ),
    "long keys": Filled(lambda n: allow({"StringNotEquals": {":" * n: "x"}})),
    "operators": Filled(
        lambda n: allow(
            {
                f"{prefix}{name}{suffix}": {"sub": ["repo:*", f"*{prefix}a*"] * n}
                for prefix in ("", "ForAnyValue:", "ForAllValues:")
                for name in ("StringLike", "StringEquals", "StringNotEquals", "StringNotLike")
                for suffix in ("", "IfExists")
            }
        )
    ),
    "deep list": "[" * 5_000 + "]" * 5_000,
    "deep object": '{"a":' * 1_500 + "1" + "}" * 1_500,
    "many commas": '{"Statement":[' + "0," * 5_000 + "0]}",
}


def document_of(name: str) -> Any:
    document = DOCUMENTS[name]
    return document.written() if isinstance(document, Filled) else document


@pytest.mark.parametrize("name", DOCUMENTS)
def test_any_document_is_judged_in_time(name: str) -> None:
    document = document_of(name)
    text = document if isinstance(document, str) else json.dumps(document)
    assert len(text) <= LARGEST_DOCUMENT
    for _ in range(_TRIES):
        start = time.process_time()
        judgement = judge(text)
        seconds = time.process_time() - start
        if seconds < SECONDS:
            break
    assert "cannot be read" not in judgement.reason
    assert seconds < SECONDS, f"{seconds:.2f} s, {judgement.verdict}: {judgement.reason}"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("issuers in conditions", "it addresses more than 16 GitHub issuers"),
        ("denials of two kinds", "its Deny statements combine in too many ways"),
        ("look-alikes", "its patterns take too many steps to compare"),
    ],
)
def test_what_takes_too_long_is_unknown(name: str, reason: str) -> None:
    judgement = judge(document_of(name))
    assert judgement.verdict is Verdict.UNKNOWN
    assert judgement.reason == f"statement 1: {reason}"


ANY_IDS = "repo:{}@*/shop@*:environment:production"
"""The commonest pattern that is not plain, by its owner; the ids are pinned beside it."""


def any_ids(owner: str = "acme") -> Policy:
    return like(ANY_IDS.format(owner), repository_id="811223344", repository_owner_id="9919")


def test_what_pieces_lead_to_is_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """It took 60,000 steps where each question began anew."""
    monkeypatch.setattr("keyless.trust.statement.MOST_STEPS", 12_000)
    assert judge(any_ids()).verdict is Verdict.EXACT


def test_no_question_is_answered_from_what_was_left_unfinished(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The second statement asks like the first, which runs out of steps in the middle."""
    monkeypatch.setattr("keyless.trust.statement.MOST_STEPS", 4_000)
    judgement = judge(policy(*any_ids()["Statement"] * 2))
    assert [each.verdict for each in judgement.statements] == [Verdict.UNKNOWN] * 2


def test_what_a_role_may_hold_is_always_judged() -> None:
    subjects = [f"repo:acme/app:environment:e{n}" for n in range(55)]
    assert judge(equals(subjects)).verdict is Verdict.EXACT
    assert len(judge(equals(subjects)).contexts) == 55
    patterns = [f"repo:acme/app-{n}:*" for n in range(60)]
    assert judge(like(patterns)).verdict is Verdict.REPOSITORY_WIDE


@pytest.mark.parametrize(
    "subject",
    [
        f"repo:acme/app:environment:{'p' * 255}",
        f"workflow:{'w' * 80}:job_workflow_ref:acme/app/.github/workflows/{'d' * 80}.yml@refs/heads"
        "/main:repo:acme/app:environment:prod",
    ],
)
def test_long_literal_is_judged_like_a_short_one(subject: str) -> None:
    judgement = judge(equals(subject))
    assert judgement.verdict is Verdict.EXACT
    assert Note.NO_AUDIENCE not in judgement.notes
