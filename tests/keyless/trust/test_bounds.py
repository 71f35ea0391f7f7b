"""Whatever the document, a verdict comes in bounded time."""

import json
import time
from typing import Any, Final

import pytest

from keyless.trust import Verdict, judge
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

SECONDS: Final = 0.05
"""For any document up to 100 KB, in processor time."""

ADDITIONS: Final = 0.045
"""Seconds that a core takes for which the bound is meant; a slower one may judge for longer."""
_TRIES: Final = 10
"""Runs of which the fastest counts: on a busy machine processor time grows, too."""

SUB = f"{GITHUB}:sub"
PROD = "repo:acme/app:environment:prod"
WORDS = ("acegikmoqs", "bdfhjlnprt", "zyxwvutsrq", "1234567890")
OPERATORS = (
    *("StringLike", "StringLikeIfExists", "ForAnyValue:StringLike", "ForAllValues:StringLike"),
)


def crowd(count: int, **block: Any) -> list[Policy]:
    return [
        statement({"StringEquals": {"sub": f"repo:acme/app-{n}:environment:prod", **block}})
        for n in range(count)
    ]


def exact(count: int) -> list[str]:
    return [f"repo:acme/app-{n}:environment:prod" for n in range(count)]


def numbers(count: int) -> list[str]:
    return [str(n) for n in range(count)]


def denying(count: int, pattern: str = "*z{}*") -> list[Policy]:
    return [deny({"StringLike": {"sub": pattern.format(n)}}) for n in range(count)]


def typed(operator: str, value: str, times: int, statements: int) -> Policy:
    """Write many statements that compare a claim which anybody may fill with many typed values."""
    block: dict[str, dict[str, Any]] = {
        "StringLike": {"sub": "repo:acme/*"},
        operator: {"workflow": [value] * times},
    }
    return policy(*[statement(block)] * statements)


def from_anyone(*blocks: Policy) -> Policy:
    return policy(*(statement(Principal="*", Condition=block) for block in blocks))


KEYS = {
    *("sub", "actor", "actor_id", "enterprise_id", "environment", "job_workflow_ref"),
    *("ref", "repository", "repository_id", "repository_owner_id", "workflow"),
}


def a_million_additions() -> float:
    start, total = time.process_time(), 0
    for number in range(1_000_000):
        total += number
    return time.process_time() - start


DOCUMENTS: dict[str, object] = {
    "many literals": equals(exact(2_200)),
    "many environments": equals([f"repo:acme/app:environment:e{n}" for n in range(2_400)]),
    "many whole repositories": like([f"repo:acme/app-{n}:*" for n in range(3_000)]),
    "many stars": like(["*a" * 1_000] * 45),
    "many different stars": like(["*a" * n for n in range(40, 300)]),
    "many stars under every key": allow(
        {"StringLike": {key: [f"*a*b*{n}" for n in range(100)] for key in sorted(KEYS)}}
    ),
    "many stars under every operator": allow(
        {
            operator: {key: [f"*a*b*{n}" for n in range(100)] for key in ("sub", "ref", "actor")}
            for operator in ("StringLike", "StringNotLike", "ForAnyValue:StringLike")
        }
    ),
    "many question marks": like("repo:" + "?" * 2_000),
    "stars after a name": like("repo:acme*" + "*b" * 300),
    "many look-alikes": like([f"repo:a{n}*x*y*:environment:*prod" for n in range(2_000)]),
    "many templates": like([f"*{n}*repository_id:*:x{n}*:e*" for n in range(2_000)]),
    "letter case": allow(
        {
            "StringEqualsIgnoreCase": {
                "sub": [f"repo:acme/app-{n}:ref:refs/heads/main" for n in range(1_500)]
            }
        }
    ),
    "many statements": policy(*crowd(280)),
    "many denials": policy(
        statement({"StringLike": {"sub": "repo:acme/app:*"}}), *denying(300, "*{}*")
    ),
    "many short denials": policy(
        statement({"StringLike": {"sub": "repo:acme/app:*"}}), *denying(300, "*{}")
    ),
    "denials of two kinds": policy(
        statement({"StringLike": {"sub": "repo:acme/app:*"}}),
        *(
            deny({"StringLike": {"sub": f"*{n}*"}, "StringEquals": {"actor": "x"}})
            for n in range(230)
        ),
    ),
    "statements times denials": policy(*crowd(130), *denying(130, "*{}*")),
    "literals times denials": policy(
        statement({"StringEquals": {"sub": exact(1_000)}}), *denying(150)
    ),
    "literals times long denials": policy(
        statement({"StringEquals": {"sub": exact(1_200)}}),
        *(deny({"StringLike": {"sub": [f"*{x}{n}*" for n in range(200)]}}) for x in "abcde"),
    ),
    "literals times negations": allow(
        {
            "StringEquals": {"sub": exact(1_200)},
            "StringNotLike": {"sub": [f"*z{n}*q*" for n in range(400)]},
        }
    ),
    "literals times ids": equals(
        exact(800), repository_id=numbers(2_500), repository_owner_id=numbers(3_000)
    ),
    "patterns times ids": like(
        [f"repo:*/app{n}:*" for n in range(1_000)], repository_id=numbers(5_000)
    ),
    "patterns times ids that are denied": allow(
        {
            "StringLike": {"sub": [f"repo:*/app{n}:*" for n in range(2_000)]},
            "StringEquals": {"repository_id": numbers(128)},
            "StringNotEquals": {"repository_id": numbers(128)},
        }
    ),
    "ids times negations": allow(
        {
            "StringEquals": {"sub": PROD, "repository_id": numbers(4_000)},
            "StringNotLike": {"repository_id": ["*", *(f"*8{n}*" for n in range(400))]},
        }
    ),
    "audiences times negations": allow(
        {
            "StringEquals": {"sub": PROD, "aud": numbers(4_000)},
            "StringNotLike": {"aud": [f"*z{n}*" for n in range(400)]},
        },
        audience=False,
    ),
    "audiences of many statements": policy(
        *[
            statement(
                {
                    "StringEquals": {"sub": PROD},
                    "StringLike": {"aud": [f"a{n}*" for n in range(20)]},
                    "StringNotLike": {"aud": [f"b{n}*" for n in range(10)]},
                }
            )
        ]
        * 130
    ),
    "one context, many ids": equals(
        [f"repo:acme@{n}/app@{n}:environment:prod" for n in range(1_500)]
    ),
    "one denial of many conditions": policy(
        *crowd(100), deny({"StringNotLike": {f"x{n}": "x" for n in range(1_200)}})
    ),
    "denials that depend on the request": policy(
        *[statement({"StringLike": {"sub": "repo:acme/*"}})] * 90,
        *[deny({"StringLike": {"sub": "*zz*", "aws:SourceIp": "1"}})] * 150,
    ),
    "variables that nobody meets": policy(
        *[statement({"StringLike": {"sub": ["repo:acme/${x}*a*"] * 20}})] * 100
    ),
    "environments one by one": like(
        "repo:acme/app:environment:*", environment=[f"e{n}" for n in range(700)]
    ),
    "networks": typed("IpAddress", "10.0.0.0/8", 40, 100),
    "instants": typed("DateLessThan", "2020-01-01T00:00:00Z", 20, 120),
    "names of resources": typed("ArnLike", "arn:*:*:*:*:*a*b*c*", 20, 100),
    "long numbers": typed("NumericEquals", "9" * 2_000, 3, 14),
    "huge numbers": typed("NumericLessThan", "1e999999999", 20, 140),
    "presence, said often": from_anyone(
        {
            "Null": {SUB: ["false"] * 7_000},
            "StringEquals": {f"{GITHUB}/e{n}:sub": "x" for n in range(15)},
        }
    ),
    "many negations": allow({"StringNotLike": {"sub": [f"repo:e{n}/*x*" for n in range(4_000)]}}),
    "many environment names": like(
        "repo:*", repository_id="811", environment=[f"e{n}" for n in range(5_000)]
    ),
    "many ids": like("repo:*", environment="prod", repository_id=[str(n) for n in range(9_000)]),
    "many keys": allow({"StringLike": {f"k{n}": "x" for n in range(1_500)}}),
    "many variables": like("repo:" + "${a}" * 400),
    "one pattern under every operator": allow(
        {operator: {"sub": "*a*b*c*d*e*f*g*h*i*"} for operator in OPERATORS}
    ),
    "four patterns at once": allow(
        {
            operator: {"sub": "*" + "*".join(word) + "*"}
            for operator, word in zip(OPERATORS, WORDS, strict=True)
        }
    ),
    "a key in pieces": like("re*pository_owner:acme:enviro?nment:prod"),
    "a template in pieces": like("*w*repo:acme/app:environment:prod", repository="acme/app"),
    "long names": like("repo:" + "a" * 1_900 + "*"),
    "odd letters": like(["repo:\u017f\u212a\u0130\0\ud800/*" + chr(n) for n in range(300, 2_000)]),
    "many actions": allow(Action=[f"sts:*{n}*" for n in range(7_000)]),
    "actions of many stars": allow(Action=["*?" * 15 + "*" * 200 + "y"] * 400),
    "many other actions": allow(Action=None, NotAction=[f"s3:Get?*{n}*" for n in range(5_000)]),
    "many providers": policy(
        statement(
            {"StringNotEquals": {SUB: "x"}},
            Principal={"Federated": [provider(f"{GITHUB}/e{n}") for n in range(1_200)]},
        )
    ),
    "many issuers in conditions": from_anyone(
        {"StringNotEquals": {f"{GITHUB}/e{n}:sub": "repo:acme/*" for n in range(1_500)}}
    ),
    "some issuers, many conditions": from_anyone(
        {
            "StringNotEquals": {f"{GITHUB}/e{n}:sub": "x" for n in range(15)},
            "StringNotLike": {f"{GITHUB}:x{n}": "x" for n in range(1_500)},
        }
    ),
    "some issuers, many statements": from_anyone(
        *[{"StringNotEquals": {f"{GITHUB}/e{n}:sub": "x" for n in range(10)}}] * 100
    ),
    "long names of issuers": from_anyone(
        {"StringNotEquals": {"a-" * 20_000 + "./_services/token:sub": "x"}}
    ),
    "NULs": like("*\0*" * 500),
    "long keys": allow({"StringNotEquals": {":" * 2_000 + str(n): "x" for n in range(48)}}),
    "everything nested in one value": equals([[PROD] * 2_000] * 1),
    "many operators": allow(
        {
            f"{prefix}{name}{suffix}": {"sub": ["repo:*", PROD] * 60}
            for prefix in ("", "ForAnyValue:", "ForAllValues:")
            for name in ("StringLike", "StringEquals", "StringNotEquals", "StringNotLike")
            for suffix in ("", "IfExists")
        }
    ),
    "a name that comes twice": '{"Statement":[],'
    + ",".join(f'"k{n}":1' for n in [*range(9_000), 8_999])
    + "}",
    "deep list": "[" * 50_000 + "]" * 50_000,
    "deep object": '{"a":' * 9_000 + "1" + "}" * 9_000,
    "long number": '{"Statement":' + "9" * 90_000 + "}",
    "long text": '{"Statement":"' + "*" * 90_000 + '"}',
    "many commas": '{"Statement":[' + "0," * 40_000 + "0]}",
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_any_document_is_judged_in_time(name: str) -> None:
    document = DOCUMENTS[name]
    text = document if isinstance(document, str) else json.dumps(document)
    assert len(text) <= 102_400
    judgement, best = judge(text), float("inf")
    for _ in range(_TRIES):
        slowness = max(1.0, a_million_additions() / ADDITIONS)
        start = time.process_time()
        again = judge(text)
        best = min(best, (time.process_time() - start) / slowness)
        assert again == judgement
        if best < SECONDS:
            break
    assert "cannot be read" not in judgement.reason
    assert best < SECONDS, f"{best * 1000:.0f} ms, {judgement.verdict}: {judgement.reason}"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("many stars", "its patterns take too many steps to compare"),
        ("many negations", "its lists of patterns are too long to compare"),
        ("many issuers in conditions", "it addresses more than 16 GitHub issuers"),
        ("denials of two kinds", "its Deny statements combine in too many ways"),
    ],
)
def test_what_takes_too_long_is_unknown(name: str, reason: str) -> None:
    judgement = judge(DOCUMENTS[name])
    assert judgement.verdict is Verdict.UNKNOWN
    assert judgement.reason == f"statement 1: {reason}"


def test_what_a_role_may_hold_is_always_judged() -> None:
    subjects = [f"repo:acme/app:environment:e{n}" for n in range(55)]
    assert judge(equals(subjects)).verdict is Verdict.EXACT
    assert len(judge(equals(subjects)).contexts) == 55
    patterns = [f"repo:acme/app-{n}:*" for n in range(60)]
    assert judge(like(patterns)).verdict is Verdict.REPOSITORY_WIDE
