"""Operators that are wider than their values need."""

from keyless.audit.loose_operators import loose_operators
from keyless.trust import judge
from tests.keyless.trust.building import GITHUB, allow, deny, equals, policy, statement

MAIN = "repo:acme/app:ref:refs/heads/main"
PROD = "repo:acme/app:environment:prod"


def test_literals_under_wider_operators() -> None:
    document = allow(
        {
            "StringLike": {"sub": [MAIN, "repo:acme/app:environment:*", "repo:${x}"]},
            "StringEqualsIgnoreCase": {"environment": "prod"},
            "ForAllValues:StringEquals": {"actor": "mona"},
            "StringEqualsIfExists": {"workflow": "ship"},
            "StringNotLike": {"ref": "refs/heads/x"},
            "IpAddress": {"aws:SourceIp": "192.0.2.0/24"},
        }
    )
    assert list(loose_operators(judge(document))) == [
        f'StringLike {GITHUB}:sub "{MAIN}": without a wildcard StringEquals says the same, and '
        "only that",
        f'StringEqualsIgnoreCase {GITHUB}:environment "prod": any letter case fits, which '
        "StringEquals would refuse",
        f'ForAllValues:StringEquals {GITHUB}:actor "mona", StringEqualsIfExists {GITHUB}:workflow '
        '"ship": a token without this claim fits, which StringEquals would refuse',
    ]


def test_none_where_all_is_exact_or_denied() -> None:
    assert list(loose_operators(judge(equals([PROD, MAIN], environment="prod")))) == []
    denied = policy(statement({"StringEquals": {"sub": PROD}}), deny({"StringLike": {"sub": MAIN}}))
    assert list(loose_operators(judge(denied))) == []


def test_none_where_nothing_is_read() -> None:
    assert list(loose_operators(judge("{"))) == []
