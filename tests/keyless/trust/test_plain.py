"""The allow list of trust policies: one compliant document, spoiled in one place each."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from keyless.trust import Context, Repository
from keyless.trust.plain import Odd, plain
from tests.keyless.trust import adversarial_cases

ISSUER = "token.actions.githubusercontent.com"
ACCOUNT = "222222222222"
ARN = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{ISSUER}"
NAMED, NUMBERED = "repo:acme/shop", "repo:acme@9919/shop@811223344"
PRODUCTION = "environment:production"
SHOP = Repository("acme", "shop", "9919", "811223344")
KEYS = {
    f"{ISSUER}:aud": "sts.amazonaws.com",
    f"{ISSUER}:sub": [f"{NAMED}:{PRODUCTION}", f"{NUMBERED}:{PRODUCTION}"],
    f"{ISSUER}:repository_id": "811223344",
    f"{ISSUER}:repository_owner_id": "9919",
}
MISSING: Any = object()


def changed(whole: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Change some members, and leave out those that are MISSING."""
    return {key: each for key, each in {**whole, **changes}.items() if each is not MISSING}


def keys(**claims: Any) -> dict[str, Any]:
    """Compare what is compliant, with some claims changed."""
    return changed(KEYS, {f"{ISSUER}:{claim}": value for claim, value in claims.items()})


def statement(**changes: Any) -> dict[str, Any]:
    whole = {
        "Effect": "Allow",
        "Principal": {"Federated": ARN},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": KEYS},
    }
    return changed(whole, changes)


def document(*statements: Any, **changes: Any) -> dict[str, Any]:
    listed = list(statements or [statement()])
    return changed({"Version": "2012-10-17", "Statement": listed}, changes)


def equals(**claims: Any) -> dict[str, Any]:
    """Write a document that compares with StringEquals, some claims changed."""
    return document(statement(Condition={"StringEquals": keys(**claims)}))


def also(operator: str, key: str, value: Any, **claims: Any) -> dict[str, Any]:
    """Write a document with one more condition under an operator of its own."""
    return document(statement(Condition={"StringEquals": keys(**claims), operator: {key: value}}))


def judged(policy: object, account: str | None = ACCOUNT, *issuers: str) -> Context | Odd:
    return plain(policy, issuers or (ISSUER,), account)


def odd(policy: object, account: str | None = ACCOUNT) -> str:
    found = judged(policy, account)
    assert isinstance(found, Odd), found
    return found.sentence


SUB = f"{ISSUER}:sub"
REF = f"{ISSUER}:ref"
NO_IDS = {"repository_id": MISSING, "repository_owner_id": MISSING}

PLAIN: dict[str, tuple[Any, Context]] = {
    "the whole": (document(), Context(SHOP, PRODUCTION)),
    "text": (json.dumps(document()), Context(SHOP, PRODUCTION)),
    "no version": (document(Version=MISSING), Context(SHOP, PRODUCTION)),
    "old version": (document(Version="2008-10-17"), Context(SHOP, PRODUCTION)),
    "labels": (document(statement(Sid="Deploy"), Id="trust"), Context(SHOP, PRODUCTION)),
    "one statement": (document(Statement=statement()), Context(SHOP, PRODUCTION)),
    "two statements": (document(statement(), statement()), Context(SHOP, PRODUCTION)),
    "lists of one": (
        document(
            statement(Principal={"Federated": [ARN]}, Action=["sts:AssumeRoleWithWebIdentity"])
        ),
        Context(SHOP, PRODUCTION),
    ),
    "tags": (
        document(statement(Action=["sts:TagSession", "STS:assumerolewithwebidentity"])),
        Context(SHOP, PRODUCTION),
    ),
    "branch": (
        equals(sub=f"{NUMBERED}:ref:refs/heads/release/1.x"),
        Context(SHOP, "ref:refs/heads/release/1.x"),
    ),
    "tag": (equals(sub=f"{NUMBERED}:ref:refs/tags/v1"), Context(SHOP, "ref:refs/tags/v1")),
    "pull requests": (equals(sub=f"{NUMBERED}:pull_request"), Context(SHOP, "pull_request")),
    "by name alone": (
        equals(sub=f"{NAMED}:{PRODUCTION}", **NO_IDS),
        Context(Repository("acme", "shop"), PRODUCTION),
    ),
    "name and ids": (equals(sub=f"{NAMED}:{PRODUCTION}"), Context(SHOP, PRODUCTION)),
    "ids of the subject": (
        equals(sub=f"{NUMBERED}:{PRODUCTION}", **NO_IDS),
        Context(SHOP, PRODUCTION),
    ),
    "one form in each of two statements": (
        document(
            statement(Condition={"StringEquals": keys(sub=f"{NAMED}:{PRODUCTION}", **NO_IDS)}),
            statement(Condition={"StringEquals": keys(sub=f"{NUMBERED}:{PRODUCTION}")}),
        ),
        Context(SHOP, PRODUCTION),
    ),
    "a blank in an environment": (
        equals(sub=f"{NUMBERED}:environment:Production EU"),
        Context(SHOP, "environment:Production EU"),
    ),
    "a literal under StringLike": (
        also("StringLike", SUB, f"{NAMED}:{PRODUCTION}", sub=MISSING),
        Context(SHOP, PRODUCTION),
    ),
    "keys in another letter case": (
        document(statement(Condition={"StringEquals": {key.upper(): KEYS[key] for key in KEYS}})),
        Context(SHOP, PRODUCTION),
    ),
    "a narrower ref with wildcards": (
        also("StringLike", REF, ["refs/heads/*", "?"]),
        Context(SHOP, PRODUCTION),
    ),
    "a reusable workflow": (
        also("StringLike", f"{ISSUER}:job_workflow_ref", "acme/pipes/.github/workflows/*@*"),
        Context(SHOP, PRODUCTION),
    ),
    "every claim that AWS fills": (
        equals(actor="mona", actor_id="1", enterprise_id="2", environment="production"),
        Context(SHOP, PRODUCTION),
    ),
    "a last day": (
        also("DateLessThan", "aws:CurrentTime", "2027-03-31T23:59:59Z"),
        Context(SHOP, PRODUCTION),
    ),
    "addresses": (
        also("IpAddress", "aws:SourceIp", ["192.0.2.0/24", "2001:db8::/32"]),
        Context(SHOP, PRODUCTION),
    ),
}


@pytest.mark.parametrize(("policy", "context"), PLAIN.values(), ids=list(PLAIN))
def test_plain_document_says_what_it_serves(policy: object, context: Context) -> None:
    assert judged(policy) == context
    assert judged(policy, None) == context


PRINCIPAL = f"Others may get in. Write the provider of {ISSUER} in this account, {ACCOUNT}."
ACTION = "Tokens need sts:AssumeRoleWithWebIdentity, with sts:TagSession at most. Write that."
LITERAL = 'It is not one context, free of *?%$. Write "repo:OWNER/NAME:environment:NAME".'
AUDIENCE = 'A token for another service gets in. Write StringEquals "sts.amazonaws.com".'
NARROW = "It may not narrow. Write StringEquals or StringLike."
FILLED = "AWS is not documented to fill this key. Leave it out."
MEMBERS = "It may allow more. Write Sid, Effect, Principal, Action, Condition alone."
ONCE = "Write it once, an id as a number."


def said(where: str, found: object, why: str) -> str:
    written = "missing" if found in (None, "") else json.dumps(found)
    cut = f"{written[:99]}…" if len(written) > 100 else written
    return f"{where}: {cut}. {why}"


def member(name: str, value: object) -> tuple[object, str]:
    return document(statement(**{name: value})), said("statement 1: member", name, MEMBERS)


def principal(value: object) -> tuple[object, str]:
    return (
        document(statement(Principal={"Federated": value})),
        said("statement 1: Principal", value, PRINCIPAL),
    )


def action(value: object) -> tuple[object, str]:
    return document(statement(Action=value)), said("statement 1: Action", value, ACTION)


def subject(value: str) -> tuple[object, str]:
    return equals(sub=value), said("statement 1: sub", value, LITERAL)


def context(value: str) -> tuple[object, str]:
    return subject(f"{NAMED}:{value}")


def operator(name: str, value: object = "x") -> tuple[object, str]:
    return also(name, REF, value), said(f"statement 1: {name} {REF}", value, NARROW)


def claim(name: str, value: object = "x") -> tuple[object, str]:
    key = f"{ISSUER}:{name}"
    return also("StringLike", key, value), said(f"statement 1: StringLike {key}", value, FILLED)


def audience(value: object, shown: object) -> tuple[object, str]:
    return equals(aud=value), said("statement 1: aud", shown, AUDIENCE)


def key_value(value: object) -> tuple[object, str]:
    return equals(ref=value), said(f"statement 1: StringEquals {REF}", value, "Write text.")


ODD: dict[str, tuple[Any, str]] = {
    # The document
    "no JSON": ("{", "the document: it is no JSON. Nobody knows what it allows. Write JSON."),
    "bytes": (b"{}", "the document: it is no JSON. Nobody knows what it allows. Write JSON."),
    "deep": (
        "[" * 100_000,
        "the document: it is no JSON. Nobody knows what it allows. Write JSON.",
    ),
    "null": (None, "the document: missing. Write an object with members."),
    "a list": ([document()], said("the document", [document()], "Write an object with members.")),
    "empty": ({}, "the document: {}. Write an object with members."),
    "a further member": (
        document(Comment="x"),
        'the document: member: "Comment". It may allow more. Write Version, Id, Statement alone.',
    ),
    "lower case": (
        document(statement=[], Statement=MISSING),
        'the document: member: "statement". It may allow more. Write Version, Id, Statement alone.',
    ),
    "a later version": (
        document(Version="2020-01-01"),
        'the document: Version: "2020-01-01". Write "2012-10-17".',
    ),
    "a number as version": (
        document(Version=20121017),
        'the document: Version: 20121017. Write "2012-10-17".',
    ),
    "null as version": (
        document(Version=None),
        'the document: Version: missing. Write "2012-10-17".',
    ),
    "no text as Id": (document(Id=1), "the document: 1. Write text."),
    "no statement": (
        document(Statement=MISSING),
        "statement 1: missing. Write an object with members.",
    ),
    "an empty list": (
        document(Statement=[]),
        "the document: Statement: []. Nobody gets in. Write one.",
    ),
    "a nested list": (
        document([statement()]),
        said("statement 1", [statement()], "Write an object with members."),
    ),
    "a text": (document("Allow"), 'statement 1: "Allow". Write an object with members.'),
    "an empty statement": (document({}), "statement 1: {}. Write an object with members."),
    # Duplicates
    "Statement twice": (
        '{"Statement": [], "Statement": []}',
        'the document: duplicate members: ["statement"]. One of two counts. Write one.',
    ),
    "a key in two letter cases": (
        document(statement(Condition={"StringEquals": KEYS, "stringequals": KEYS})),
        'the document: duplicate members: ["stringequals"]. One of two counts. Write one.',
    ),
    "a claim in two letter cases": (
        document(statement(Condition={"StringEquals": KEYS | {SUB.upper(): "repo:*"}})),
        f'the document: duplicate members: ["{SUB}"]. One of two counts. Write one.',
    ),
    "a letter that folds to another": (
        document(statement(Condition={"StringEquals": KEYS | {f"to\u212aen{SUB[5:]}": "x"}})),
        f'the document: duplicate members: ["{SUB}"]. One of two counts. Write one.',
    ),
    # Members of a statement
    "NotAction": member("NotAction", "s3:*"),
    "NotPrincipal": member("NotPrincipal", {"AWS": "*"}),
    "Resource": member("Resource", "*"),
    "condition": (
        document(statement(Condition=MISSING, condition={"StringEquals": KEYS})),
        said("statement 1: member", "condition", MEMBERS),
    ),
    "a number as Sid": (document(statement(Sid=1)), "statement 1: 1. Write text."),
    "Deny": (
        document(statement(Effect="Deny")),
        'statement 1: Effect: "Deny". Only Allow fits. Leave others out.',
    ),
    "allow": (
        document(statement(Effect="allow")),
        'statement 1: Effect: "allow". Only Allow fits. Leave others out.',
    ),
    "no effect": (
        document(statement(Effect=MISSING)),
        "statement 1: Effect: missing. Only Allow fits. Leave others out.",
    ),
    "a list of effects": (
        document(statement(Effect=["Allow"])),
        'statement 1: Effect: ["Allow"]. Only Allow fits. Leave others out.',
    ),
    "the second statement": (
        document(statement(), statement(Effect="Deny")),
        'statement 2: Effect: "Deny". Only Allow fits. Leave others out.',
    ),
    # Action
    "any action": action("*"),
    "any action of STS": action("sts:*"),
    "a pattern of actions": action("sts:AssumeRoleWith*"),
    "another action": action("sts:AssumeRole"),
    "another action beside it": action(["sts:AssumeRoleWithWebIdentity", "sts:AssumeRole"]),
    "tags alone": action("sts:TagSession"),
    "a blank in an action": action("sts:AssumeRoleWithWebIdentity "),
    "no action": (document(statement(Action=MISSING)), "statement 1: Action: missing. Write text."),
    "an empty list of actions": (
        document(statement(Action=[])),
        "statement 1: Action: []. Write text.",
    ),
    "a nested action": (
        document(statement(Action=[["sts:AssumeRoleWithWebIdentity"]])),
        'statement 1: Action: [["sts:AssumeRoleWithWebIdentity"]]. Write text.',
    ),
    # Principal
    "anybody": (
        document(statement(Principal="*")),
        'statement 1: Principal: "*". Write an object with members.',
    ),
    "no principal": (
        document(statement(Principal=MISSING)),
        "statement 1: Principal: missing. Write an object with members.",
    ),
    "AWS beside it": (
        document(statement(Principal={"Federated": ARN, "AWS": "*"})),
        'statement 1: Principal: member: "AWS". It may allow more. Write Federated alone.',
    ),
    "a service": (
        document(statement(Principal={"Service": "ec2.amazonaws.com"})),
        'statement 1: Principal: member: "Service". It may allow more. Write Federated alone.',
    ),
    "two providers": principal([ARN, ARN.replace("2222", "3333")]),
    "one provider in two pieces": principal([ARN[:30], ARN[30:]]),
    "no provider in a list": (
        document(statement(Principal={"Federated": []})),
        "statement 1: Principal: []. Write text.",
    ),
    "any provider": principal("*"),
    "any account": principal(f"arn:aws:iam::*:oidc-provider/{ISSUER}"),
    "another account": principal(ARN.replace(ACCOUNT, "333333333333")),
    "another partition": principal(ARN.replace("arn:aws:", "arn:aws-iso:")),
    "a part of an ARN": principal(f"x{ARN}"),
    "a newline after it": principal(f"{ARN}\n"),
    "the bare issuer": principal(ISSUER),
    "an issuer below it": principal(f"{ARN}/acme"),
    "an issuer in capitals": principal(ARN.replace("token", "Token")),
    "another issuer": principal(ARN.replace("token", "vstoken")),
    "a dot that is any letter": principal(ARN.replace("actions.", "actions-")),
    "SAML": principal(f"arn:aws:iam::{ACCOUNT}:saml-provider/x"),
    "Google": principal("accounts.google.com"),
    # Condition
    "no condition": (
        document(statement(Condition=MISSING)),
        "statement 1: Condition: missing. Write an object with members.",
    ),
    "a list of conditions": (
        document(statement(Condition=[{"StringEquals": KEYS}])),
        said("statement 1: Condition", [{"StringEquals": KEYS}], "Write an object with members."),
    ),
    "an empty operator": (
        document(statement(Condition={"StringEquals": KEYS, "StringLike": {}})),
        "statement 1: StringLike: {}. Write an object with members.",
    ),
    **{
        name: operator(name)
        for name in (
            *("StringNotEquals", "StringNotLike", "StringEqualsIgnoreCase", "stringequals "),
            *("StringEqualsIfExists", "StringLikeIfExists", "ForAllValues:StringEquals"),
            *("ForAnyValue:StringLike", "Null", "Bool", "ArnLike", "NumericEquals"),
            *("DateLessThan", "DateGreaterThan", "IpAddress", "NotIpAddress", "stringLike"),
        )
    },
    "the time under another operator": (
        also("DateGreaterThan", "aws:CurrentTime", "2020-01-01T00:00:00Z"),
        'statement 1: DateGreaterThan aws:CurrentTime: "2020-01-01T00:00:00Z". ' + NARROW,
    ),
    "the address as text": (
        also("StringLike", "aws:SourceIp", "*"),
        'statement 1: StringLike aws:SourceIp: "*". ' + FILLED,
    ),
    "a key that the request lacks": (
        also("StringLike", "aws:PrincipalArn", "*"),
        'statement 1: StringLike aws:PrincipalArn: "*". ' + FILLED,
    ),
    "a key of another issuer": (
        also("StringLike", f"{ISSUER}/acme:ref", "x"),
        f'statement 1: StringLike {ISSUER}/acme:ref: "x". {FILLED}',
    ),
    "a key without an issuer": (
        also("StringLike", "sub", "x"),
        'statement 1: StringLike sub: "x". ' + FILLED,
    ),
    **{
        name: claim(name)
        for name in (
            *("repository_owner", "event_name", "iss", "runner_environment", "workflow_ref"),
            *("enterprise", "head_ref", "repo_property_x", "amr", "email", "oaud", "ref ", ""),
        )
    },
    "a key with a letter of another alphabet": (
        also("StringLike", f"to\u212aen{REF[5:]}", "x"),
        f'statement 1: StringLike to\u212aen{REF[5:]}: "x". {FILLED}',
    ),
    "a number": key_value(1),
    "a truth value": key_value(True),
    "a null": key_value(None),
    "an empty list of values": key_value([]),
    "a nested list of values": key_value([["refs/heads/main"]]),
    "an object": key_value({"a": "b"}),
    "a null among texts": key_value(["x", None]),
    "a policy variable among others": (
        equals(ref=["refs/heads/main", "${aws:username}"]),
        f'statement 1: StringEquals {REF}: ["refs/heads/main", "${{aws:username}}"]. '
        "A variable is anything. Write it out.",
    ),
    "a policy variable": (
        equals(ref="refs/heads/${aws:username}"),
        f'statement 1: StringEquals {REF}: "refs/heads/${{aws:username}}". '
        "A variable is anything. Write it out.",
    ),
    "a second key beside the address": (
        document(
            statement(
                Condition={
                    "StringEquals": KEYS,
                    "IpAddress": {"aws:SourceIp": "192.0.2.0/24", "aws:VpcSourceIp": "10.0.0.0/8"},
                }
            )
        ),
        f'statement 1: IpAddress aws:VpcSourceIp: "10.0.0.0/8". {NARROW}',
    ),
    "a number as a day": (
        also("DateLessThan", "aws:CurrentTime", 1),
        "statement 1: DateLessThan aws:CurrentTime: 1. Write text.",
    ),
    # aud
    "no audience": audience(MISSING, None),
    "another audience": audience("https://github.com/acme", ["https://github.com/acme"]),
    "two audiences": audience(["sts.amazonaws.com", "x"], ["sts.amazonaws.com", "x"]),
    "the audience of China": audience("sts.amazonaws.com.cn", ["sts.amazonaws.com.cn"]),
    "the audience in capitals": audience("STS.amazonaws.com", ["STS.amazonaws.com"]),
    "an audience under StringLike": (
        also("StringLike", f"{ISSUER}:aud", "sts.amazonaws.com", aud=MISSING),
        f"statement 1: aud: []. {AUDIENCE}",
    ),
    # sub
    "no subject": (equals(sub=MISSING), f"statement 1: sub: missing. {LITERAL}"),
    "an empty subject": subject(""),
    "any subject": subject("*"),
    "any repository": subject("repo:*"),
    "any repository of the owner": subject(f"repo:acme/*:{PRODUCTION}"),
    "any context": context("*"),
    "any id": subject(f"repo:acme@*/shop@*:{PRODUCTION}"),
    "the owner's id alone": subject(f"repo:acme@9919/shop:{PRODUCTION}"),
    "the repository's id alone": subject(f"repo:acme/shop@811223344:{PRODUCTION}"),
    "an id that is no number": subject(f"repo:acme@x/shop@y:{PRODUCTION}"),
    "an id with a zero before it": subject(f"repo:acme@09919/shop@811223344:{PRODUCTION}"),
    "an id in other digits": subject(f"repo:acme@\u0661/shop@\u0662:{PRODUCTION}"),
    "an empty id": subject(f"repo:acme@/shop@:{PRODUCTION}"),
    "no owner": subject(f"repo:/shop:{PRODUCTION}"),
    "no repository": subject(f"repo:acme/:{PRODUCTION}"),
    "three names": subject(f"repo:acme/shop/x:{PRODUCTION}"),
    "a blank in the owner": subject(f"repo:ac me/shop:{PRODUCTION}"),
    "a letter of another alphabet": subject(f"repo:\u0430cme/shop:{PRODUCTION}"),
    "capitals": subject(f"REPO:acme/shop:{PRODUCTION}"),
    "no context": subject(NAMED),
    "an empty context": context(""),
    "an empty environment": context("environment:"),
    "any environment": context("environment:*"),
    "one letter of an environment": context("environment:prod?"),
    "an encoded colon": context("environment:prod%3Ablue"),
    "a colon": context("environment:prod:blue"),
    "a dollar": context("environment:$prod"),
    "a control character": context("environment:prod\x00"),
    "a newline": context(f"{PRODUCTION}\n"),
    "an unseen letter": context("environment:prod\u200b"),
    "any branch": context("ref:refs/heads/*"),
    "an empty branch": context("ref:refs/heads/"),
    "a short branch": context("ref:main"),
    "a pull request's ref": context("ref:refs/pull/7/merge"),
    "a dispatch": context("workflow_dispatch"),
    "more than pull requests": context("pull_request:x"),
    "a template": context(f"{PRODUCTION}:actor:mona"),
    "a template without the repository": subject("actor:mona"),
    "one of two": (
        equals(sub=[f"{NAMED}:{PRODUCTION}", "repo:*"]),
        f'statement 1: sub: "repo:*". {LITERAL}',
    ),
    "a subject twice": (
        also("StringLike", SUB, "repo:acme/*"),
        f'statement 1: StringLike {SUB}: "repo:acme/*". {ONCE}',
    ),
    # ids
    "an id with a wildcard": (
        also("StringLike", f"{ISSUER}:repository_id", "8*", repository_id=MISSING),
        f'statement 1: StringLike {ISSUER}:repository_id: "8*". {ONCE}',
    ),
    "two ids": (
        equals(repository_id=["811223344", "5"]),
        f'statement 1: StringEquals {ISSUER}:repository_id: ["811223344", "5"]. {ONCE}',
    ),
    "an id twice": (
        also("StringLike", f"{ISSUER}:repository_id", "811223344"),
        f'statement 1: StringLike {ISSUER}:repository_id: "811223344". {ONCE}',
    ),
}


@pytest.mark.parametrize(("policy", "sentence"), ODD.values(), ids=list(ODD))
def test_what_is_odd_is_said(policy: object, sentence: str) -> None:
    assert odd(policy) == sentence


def test_a_long_value_is_cut_behind_100_characters() -> None:
    whole, longer = "x" * 98, "x" * 99
    assert f'Effect: "{whole}". ' in odd(document(statement(Effect=whole)))
    assert f'Effect: "{"x" * 98}…. ' in odd(document(statement(Effect=longer)))


@pytest.mark.parametrize(
    ("claims", "ids"),
    [
        ({"repository_id": "5"}, {"9919", "811223344", "5"}),
        ({"repository_owner_id": "5"}, {"9919", "811223344", "5"}),
        (
            {"sub": [f"{NUMBERED}:{PRODUCTION}", f"repo:acme@9919/shop@5:{PRODUCTION}"]},
            {"9919", "811223344", "5"},
        ),
    ],
)
def test_ids_agree_over_the_whole_document(claims: dict[str, Any], ids: set[str]) -> None:
    first = statement()
    other = statement(Condition={"StringEquals": keys(**claims)})
    for policy in (document(other), document(first, other)):
        sentence = odd(policy)
        assert sentence.startswith("the document: ids: ["), sentence
        assert sentence.endswith("]. They disagree. Write those of one.")
        assert all(f'"{number}"' in sentence for number in ids)


SEVERAL = Odd("the document: it serves several contexts. Write a role for each.", several=True)


@pytest.mark.parametrize(
    "others",
    [
        "repo:acme/shop:environment:staging",
        "repo:acme/shop:ref:refs/heads/main",
        "repo:acme/blog:environment:production",
        "repo:other/shop:environment:production",
        "repo:acme/Shop:environment:production",
    ],
)
def test_several_contexts_are_all_that_is_odd(others: str) -> None:
    both = equals(sub=[f"{NAMED}:{PRODUCTION}", others])
    apart = document(statement(), statement(Condition={"StringEquals": keys(sub=others)}))
    assert judged(both) == judged(apart) == SEVERAL


def test_several_contexts_hide_nothing_else() -> None:
    two = [f"{NAMED}:{PRODUCTION}", f"{NAMED}:environment:staging"]
    assert odd(equals(sub=two, aud="x")) == f'statement 1: aud: ["x"]. {AUDIENCE}'


def test_two_providers_serve_two_contexts() -> None:
    other = ARN.replace(ACCOUNT, "333333333333")
    policy = document(statement(), statement(Principal={"Federated": other}))
    assert judged(policy, None) == SEVERAL


@pytest.mark.parametrize("account", ["2222222222", "333333333333"])
def test_the_provider_is_of_the_roles_account(account: str) -> None:
    assert odd(document(), account) == said(
        "statement 1: Principal", ARN, PRINCIPAL.replace(ACCOUNT, account)
    )


def test_the_account_may_be_unknown() -> None:
    bare = f"arn:aws:iam::22:oidc-provider/{ISSUER}"
    assert odd(document(statement(Principal={"Federated": bare})), None) == said(
        "statement 1: Principal", bare, PRINCIPAL.replace(f", {ACCOUNT}", "")
    )


def elsewhere(partition: str, issuer: str, audience: str) -> str:
    """Write the whole document for another partition or issuer."""
    text = json.dumps(document()).replace('"sts.amazonaws.com"', f'"{audience}"')
    return text.replace("arn:aws:", f"arn:{partition}:").replace(ISSUER, issuer)


SLUG = f"{ISSUER}/Acme"
RESIDENT = "token.actions.acme.ghe.com"
SERVER = "github.acme.example/_services/token"


@pytest.mark.parametrize("issuer", [SLUG, RESIDENT])
def test_listed_issuers_are_as_good(issuer: str) -> None:
    policy = elsewhere("aws", issuer, "sts.amazonaws.com")
    assert judged(policy, ACCOUNT, ISSUER, issuer) == Context(SHOP, PRODUCTION)
    assert isinstance(judged(policy), Odd)
    assert isinstance(judged(policy, ACCOUNT, issuer.lower() + "x"), Odd)


def test_an_issuer_with_a_port_is_as_good() -> None:
    issuer = "github.acme.example:8443/_services/token"
    bare = equals(sub=f"{NAMED}:{PRODUCTION}", **NO_IDS)
    policy = json.dumps(bare).replace(ISSUER, issuer)
    assert judged(policy, ACCOUNT, issuer) == Context(Repository("acme", "shop"), PRODUCTION)


def test_every_listed_issuer_is_named() -> None:
    policy = document(statement(Principal={"Federated": "accounts.google.com"}))
    found = judged(policy, ACCOUNT, ISSUER, SERVER)
    assert found == Odd(
        said(
            "statement 1: Principal",
            "accounts.google.com",
            f"Others may get in. Write the provider of {ISSUER} or {SERVER} in this account, "
            f"{ACCOUNT}.",
        )
    )


def test_no_issuer_is_listed() -> None:
    assert isinstance(plain(document(), (), ACCOUNT), Odd)
    nobody = json.dumps(document()).replace(ISSUER, "")
    assert isinstance(plain(nobody, (), ACCOUNT), Odd)


UNDOCUMENTED = [
    ("aws-cn", ISSUER, "sts.amazonaws.com.cn"),
    ("aws-us-gov", ISSUER, "sts.amazonaws.com"),
    ("aws-eusc", ISSUER, "sts.eusc-de-east-1.amazonaws.eu"),
    ("aws", SERVER, "sts.amazonaws.com"),
]


@pytest.mark.parametrize(("partition", "issuer", "audience"), UNDOCUMENTED)
def test_only_aud_and_sub_are_filled_elsewhere(partition: str, issuer: str, audience: str) -> None:
    found = judged(elsewhere(partition, issuer, audience), ACCOUNT, issuer)
    key = f"{issuer}:repository_id"
    assert found == Odd(said(f"statement 1: StringEquals {key}", "811223344", FILLED))
    bare = equals(sub=f"{NAMED}:{PRODUCTION}", aud=audience, **NO_IDS)
    text = json.dumps(bare).replace("arn:aws:", f"arn:{partition}:").replace(ISSUER, issuer)
    assert judged(text, ACCOUNT, issuer) == Context(Repository("acme", "shop"), PRODUCTION)


def test_a_large_document_is_read_in_no_time() -> None:
    many = [f"{NAMED}:environment:{number}" for number in range(20_000)]
    assert judged(equals(sub=many)) == SEVERAL
    assert isinstance(judged({f"k{number}": 1 for number in range(50_000)}), Odd)


LISTED = (ISSUER, adversarial_cases.SLUG, adversarial_cases.RESIDENT, adversarial_cases.SERVER)


@pytest.mark.parametrize("case", adversarial_cases.CASES, ids=lambda case: case.name)
def test_nothing_that_is_plain_is_loose(case: adversarial_cases.Case) -> None:
    if not isinstance(plain(case.policy, LISTED, None), Odd):
        assert case.verdict in {"EXACT", "PULL-REQUEST", "DEAD"}
