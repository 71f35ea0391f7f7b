"""What is wrong with a trust policy behind the faults that somebody accepts."""

import json
from typing import Any

import pytest

from keyless.rules.trust_behind import faults_behind, odd_behind
from keyless.rules.trust_faults import Fault, trust_faults
from keyless.trust import judge
from tests.keyless.trust.test_plain import (
    ARN,
    ISSUER,
    MISSING,
    NAMED,
    NUMBERED,
    document,
    equals,
    keys,
    statement,
)

SUB = f"{ISSUER}:sub"
OWN = {"AWS": "arn:aws:iam::222222222222:user/mona"}
WIDE = f"{NAMED}:*"
DEAD = statement(Condition={"StringEquals": keys(sub="repo:acme/*")})
DENY = statement(Effect="Deny")
ANY_ACTION = statement(Action="sts:*")


SHOP_BY_NAME = "repo:acme@*/shop@*:environment:production"
ANY_IDS = {
    "StringEquals": {key: each for key, each in keys().items() if key != SUB},
    "StringLike": {SUB: SHOP_BY_NAME},
}
FOREIGN = ARN.replace("222222222222", "333333333333")


def wide(subject: object = WIDE, *, operator: str = "StringLike", **claims: Any) -> dict[str, Any]:
    pinned = {key: each for key, each in keys(**claims).items() if key != SUB}
    return statement(Condition={"StringEquals": pinned, operator: {SUB: subject}})


def odd(policy: object) -> str | None:
    found = trust_faults(policy, judge(policy), issuers=(ISSUER,), account="222222222222")
    assert found
    behind = odd_behind(policy, found, (ISSUER,), "222222222222")
    assert list(faults_behind(found, behind)).count(Fault.ODD) == bool(behind)
    return behind.sentence if behind else None


def several(policy: object) -> bool:
    found = trust_faults(policy, judge(policy), issuers=(ISSUER,), account="222222222222")
    assert found
    return list(faults_behind(found, None)) == [Fault.SEVERAL]


@pytest.mark.parametrize(
    "policy",
    [
        document(),
        document(wide()),
        document(wide("repo:acme/*")),
        document(statement(Condition={"StringEquals": keys(sub=WIDE), "StringLike": {SUB: WIDE}})),
        document(statement(), wide()),
        document(DEAD),
        document(DEAD, statement()),
        document(statement(), statement(Principal=OWN, Action="sts:AssumeRole")),
        document(statement(), statement(Principal="*", Action="sts:AssumeRole")),
        document(statement(Principal={"Federated": ARN, **OWN})),
        document(statement(Principal={"Federated": [ARN, "accounts.google.com"]})),
        equals(sub=[f"{NAMED}:environment:production", f"{NAMED}:environment:staging"]),
        document(DEAD, wide(), statement(Principal=OWN, Action="sts:AssumeRole")),
    ],
)
def test_nothing_is_behind_what_is_accepted(policy: object) -> None:
    assert odd(policy) is None
    assert odd(json.dumps(policy)) is None


@pytest.mark.parametrize(
    ("policy", "found"),
    [
        (document(wide(aud=MISSING)), "statement 1: aud: missing. "),
        (document(statement(), wide(aud=MISSING)), "statement 2: aud: missing. "),
        (document(DEAD, wide(aud=MISSING)), "statement 2: aud: missing. "),
        (document(DEAD, DEAD, DENY), 'statement 3: Effect: "Deny". '),
        (document(DEAD, statement(), ANY_ACTION), 'statement 3: Action: "sts:*". '),
        (
            document(statement(Principal=OWN, Action="sts:AssumeRole"), ANY_ACTION),
            'statement 2: Action: "sts:*". ',
        ),
        (
            document(statement(Action="sts:*", Principal={"Federated": ARN, **OWN})),
            'statement 1: Action: "sts:*". ',
        ),
        (document(wide(operator="ForAnyValue:StringLike")), "statement 1: ForAnyValue:StringLike "),
        (
            document(wide(), statement(Condition={"StringLike": keys(sub=f"{NUMBERED}:*")})),
            "statement 2: aud: []. ",
        ),
        (document(wide(), {**DENY, "Principal": "*"}), 'statement 2: Effect: "Deny". '),
        (document(wide(), statement(Condition=ANY_IDS)), f'statement 2: sub: "{SHOP_BY_NAME}". '),
        (document(DEAD, statement(Condition=ANY_IDS)), f'statement 2: sub: "{SHOP_BY_NAME}". '),
        (document(statement(Condition={"StringLike": {SUB: WIDE}})), "statement 1: aud: missing. "),
        (
            document({**wide(), "Principal": {"Federated": FOREIGN}}),
            f'statement 1: Principal: "{FOREIGN}". ',
        ),
        (
            document(statement(Condition={**wide()["Condition"], "Bool": {}})),
            "statement 1: Bool: {}. ",
        ),
        ({**document(wide()), "Version": "2013-10-17"}, 'the document: Version: "2013-10-17". '),
        ({"Version": "2012-10-17", "statement": [wide()]}, "the document: member: "),
    ],
)
def test_what_is_odd_beside_it_is_found(policy: object, found: str) -> None:
    said = odd(policy)
    assert said is not None
    assert said.startswith(found)


def test_what_is_odd_by_itself_has_nothing_behind_it() -> None:
    assert odd(document(ANY_ACTION)) is None


TWO = [f"{NAMED}:environment:production", f"{NAMED}:environment:staging"]
OTHER = "repo:acme/other:environment:production"


@pytest.mark.parametrize(
    ("policy", "is_several"),
    [
        (document(), False),
        (document(wide()), False),
        (document(wide(), statement()), False),
        (document(wide(), statement(Condition={"StringEquals": keys(sub=OTHER)})), True),
        (document(wide(), wide("repo:acme/other:*")), True),
        (document(DEAD, equals(sub=OTHER)["Statement"][0], statement()), True),
        (document(DEAD, *equals(sub=TWO)["Statement"]), True),
        (document(DEAD, statement()), False),
        (equals(sub=[OTHER, f"{NAMED}:environment:staging"], aud=MISSING), True),
        (equals(sub=[OTHER, f"{NAMED}:environment:staging"]), False),
    ],
)
def test_several_contexts_are_found_behind_another_fault(policy: object, is_several: bool) -> None:
    assert several(policy) is is_several
