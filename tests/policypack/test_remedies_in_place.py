"""What a sentence on trust says to write is written where it says so, until the pack passes.

Nothing else of the document is changed, so that a sentence which leads nowhere, or in a circle, is
found.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from keyless import facts
from tests.policypack import estate
from tests.policypack.analyzer import Pack
from tests.policypack.test_remedies import ANEW, OF_TRUST, exact

MOST_STEPS = 6
"""Sentences that somebody follows one after the other before he gives up."""

ACCOUNT = "arn:aws:iam::222222222222"
PROVIDER = {"Federated": f"{ACCOUNT}:oidc-provider/{estate.ISSUER}"}
SUB = f"{estate.ISSUER}:sub"
PRODUCTION = "repo:acme/storefront:environment:production"
WIDE: dict[str, Any] = {
    "StringEquals": {f"{estate.ISSUER}:aud": "sts.amazonaws.com"},
    "StringLike": {SUB: "repo:acme/storefront:*"},
}
EXACT = estate.statement(("StringEquals", estate.pinned()))
ABSENT = {"StringEqualsIfExists": {SUB: PRODUCTION}}
NUMBER = re.compile(r"statement (\d+)")
NAMED = re.compile(r'"(repo:[^" ]*:environment:)(?:NAME|production)"\.')
STRANGER = re.compile(r'statement \d+: (\w+) "(.*)" beside GitHub')


def principal(value: object, **more: object) -> dict[str, object]:
    return {**EXACT, "Principal": value, **more}


def federated(value: object) -> dict[str, object]:
    return principal({"Federated": value})


def claims(**changed: object) -> dict[str, object]:
    return estate.statement(("StringEquals", estate.pinned(**changed)))


WITHOUT_IDS: dict[str, Any] = {"repository_id": None, "repository_owner_id": None}
DENY = {"Effect": "Deny", "Action": "sts:*", "Condition": {"StringNotEquals": {SUB: PRODUCTION}}}
GOOGLE = {"Federated": "accounts.google.com"}
DOCUMENTS: Mapping[str, list[dict[str, object]]] = {
    "any principal": [principal("*")],
    "any principal of AWS": [principal({"AWS": ["*"]})],
    "any provider": [federated("*")],
    "any issuer": [federated(f"{ACCOUNT}:oidc-provider/*")],
    "any principal, keys absent": [principal("*", Condition=ABSENT, Action="*")],
    "any principal, no key": [principal("*", Condition={}, Action="*")],
    "everybody of AWS beside": [
        EXACT,
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
    ],
    "another account's provider": [
        federated(f"arn:aws:iam::999999999999:oidc-provider/{estate.ISSUER}")
    ],
    "both accounts' providers": [
        federated(
            [
                PROVIDER["Federated"],
                f"arn:aws:iam::999999999999:oidc-provider/{estate.ISSUER}",
            ]
        )
    ],
    "a final slash": [federated(PROVIDER["Federated"] + "/")],
    "a scheme": [federated(PROVIDER["Federated"].replace("token.", "https://token."))],
    "capitals": [federated(PROVIDER["Federated"].replace("token.", "Token."))],
    "a region": [federated(PROVIDER["Federated"].replace("iam::", "iam:us-east-1:"))],
    "a blank": [federated(f" {PROVIDER['Federated']}")],
    "no ARN": [federated(estate.ISSUER)],
    "an address": [federated(f"https://{estate.ISSUER}")],
    "a SAML provider beside": [federated([PROVIDER["Federated"], f"{ACCOUNT}:saml-provider/x"])],
    "Google beside": [EXACT, {**EXACT, "Principal": GOOGLE}],
    "no principal": [{key: each for key, each in EXACT.items() if key != "Principal"}],
    "everybody but": [{**DENY, "Effect": "Allow", "NotPrincipal": PROVIDER}],
    "a kind that nobody knows": [EXACT, principal({"Robot": "x"})],
    "letter case of the effect": [{**EXACT, "Effect": "allow"}],
    "a Deny beside": [{**EXACT, "Condition": WIDE}, {**DENY, "Principal": "*"}],
    "a Deny for another beside": [{**EXACT, "Condition": WIDE}, {**DENY, "Principal": GOOGLE}],
    "ids of two owners": [
        claims(sub=PRODUCTION, repository_id=None),
        claims(sub=PRODUCTION, repository_id=None, repository_owner_id="1"),
    ],
    "two contexts, one of them dead": [
        claims(sub=[PRODUCTION, f"{PRODUCTION}-2"], environment="production", **WITHOUT_IDS)
    ],
    "a customised subject by id": [
        claims(sub="repository_id:811223344:environment:production", **WITHOUT_IDS)
    ],
    "a colon in a name": [claims(sub="repo:acme/storefront:environment:a%3Ab", **WITHOUT_IDS)],
    "a colon in a claim": [{**EXACT, "Condition": WIDE | {"StringEquals": {
        f"{estate.ISSUER}:aud": "sts.amazonaws.com", f"{estate.ISSUER}:environment": "a%3Ab"}}}],
    **{
        f"ids under wildcards in {each.name}": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": PROVIDER["Federated"].replace("aws", each.name, 1)},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {f"{estate.ISSUER}:aud": each.audience},
                    "StringLike": {SUB: "repo:acme@*/storefront@*:environment:production"},
                },
            }
        ]
        for each in facts.PARTITIONS
    },
    "a wildcard that is a letter": [claims(sub="repo:acme/storefront:*", **WITHOUT_IDS)],
    "a key in other letters": [
        {**EXACT, "Condition": json.loads(json.dumps(EXACT["Condition"]).replace("t", "т", 1))}
    ],
}  # fmt: skip


def written(document: str, said: str) -> str:
    """Return the document with what a sentence says written into it."""
    if " instead: " in said:
        return json.dumps(json.JSONDecoder().raw_decode(said.partition(" instead: ")[2])[0])
    if said.endswith(ANEW):
        return exact(PRODUCTION)
    policy = json.loads(document)
    number = NUMBER.search(said)
    at = int(number[1]) - 1 if number else 0
    statements = policy["Statement"]
    if said.endswith("only principal, or leave the statement out."):
        statements[at]["Principal"] = PROVIDER
    elif stranger := STRANGER.search(said):
        leave_out(statements[at]["Principal"], *stranger.groups())
        policy["Statement"] = [each for each in statements if each["Principal"]]
    elif "an id of" in said or "Write those of one." in said:
        return document.replace('"1"', '"9919"')
    elif said.endswith("Leave it out."):
        del statements[at]
    elif found := NAMED.search(said):
        subject = found[1].replace("OWNER", "acme").replace("REPOSITORY", "storefront")
        put_subject(statements[at], f"{subject.replace('/NAME', '/storefront')}production")
    return json.dumps(policy)


def leave_out(named: dict[str, Any], kind: str, value: str) -> None:
    values = named[kind] if isinstance(named[kind], list) else [named[kind]]
    kept = [each for each in values if each != value]
    if kept:
        named[kind] = kept
    else:
        del named[kind]


def put_subject(statement: dict[str, Any], subject: str) -> None:
    condition = statement.setdefault("Condition", {})
    for operator in list(condition):
        condition[operator].pop(SUB, None)
        if not condition[operator]:
            del condition[operator]
    condition.setdefault("StringEquals", {})[SUB] = subject


def blocked(pack: Pack, document: str) -> list[str]:
    found = pack.judge_one(estate.role(assumeRolePolicy=document))
    return [one.sentence for one in found if one.level == "mandatory" and one.policy in OF_TRUST]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_sentences_lead_to_a_document_that_passes(pack: Pack, name: str) -> None:
    document = estate.document(*DOCUMENTS[name])
    trail = []
    while found := blocked(pack, document):
        trail.append(found[0])
        assert len(trail) <= MOST_STEPS, trail
        document = written(document, found[0])
    assert trail
