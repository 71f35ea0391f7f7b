"""What is wrong with a trust policy, most damaging first."""

import pytest

from keyless.rules.trust_faults import (
    Fault,
    Stranger,
    TrustFaults,
    document_size,
    trust_faults,
)
from keyless.trust import Context, Verdict, judge
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
LIKE = {"StringLike": {SUB: "repo:acme/*"}}
OPEN = statement(Condition={"StringLike": {SUB: "repo:*"}})
DEAD = statement(Condition={"StringEquals": {SUB: "repo:acme/*"}})
WILD = "arn:aws:iam::222222222222:oidc-provider/"
EKS = {"Federated": f"{WILD}oidc.eks.eu-west-1.amazonaws.com/id/A1"}
OTHER = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
ELSEWHERE = OTHER | {"Principal": {"AWS": "arn:aws:iam::333333333333:root"}}
TWO = [f"{NAMED}:environment:production", f"{NAMED}:environment:staging"]

FOREIGN = {"Federated": ARN.replace("222222222222", "333333333333")}
BARE = {"Federated": ISSUER}
NOT_PRINCIPAL = {"Effect": "Allow", "NotPrincipal": {"AWS": "x"}, "Action": "sts:*"}
VARIABLE = {"StringEquals": keys(sub=TWO[0], actor="${aws:username}")}


def faults(policy: object, *others: str) -> TrustFaults | None:
    return trust_faults(
        policy, judge(policy), issuers=(ISSUER,), other_issuers=others, account="222222222222"
    )


@pytest.mark.parametrize(
    ("policy", "found"),
    [
        (document(), ()),
        (equals(sub=f"{NAMED}:pull_request"), ()),
        (document(OPEN), (Fault.LOOSE,)),
        (document(DEAD), (Fault.INEFFECTIVE,)),
        (document(statement(), DEAD), (Fault.INEFFECTIVE,)),
        (document(statement(), OTHER), (Fault.LOOSE, Fault.STRANGER)),
        (document(statement(), ELSEWHERE), (Fault.STRANGER,)),
        (document(statement(Principal=FOREIGN)), (Fault.ODD,)),
        (document(statement(Principal=EKS), NOT_PRINCIPAL), (Fault.UNREAD, Fault.STRANGER)),
        (document(statement(Principal=BARE, Condition=VARIABLE)), (Fault.INEFFECTIVE,)),
        ("[]", (Fault.UNREAD, Fault.INEFFECTIVE)),
        ("{", (Fault.UNREAD, Fault.INEFFECTIVE)),
        (equals(sub=TWO), (Fault.SEVERAL,)),
        (equals(aud="x"), (Fault.ODD,)),
        (document(statement(Action="sts:*")), (Fault.ODD,)),
        (document(OPEN, DEAD, OTHER), (Fault.LOOSE, Fault.INEFFECTIVE, Fault.STRANGER)),
        (document(statement(Principal={"*": "*"})), (Fault.UNREAD,)),
        (equals(sub=[TWO[0], f"{NAMED}:pull_request"]), (Fault.LOOSE, Fault.SEVERAL)),
    ],
)
def test_faults_are_listed_in_the_order_of_damage(policy: object, found: tuple[Fault, ...]) -> None:
    judged = faults(policy)
    assert judged is not None
    assert judged.faults == found


@pytest.mark.parametrize(
    "policy",
    [
        document(OTHER),
        document(statement(Principal={"Service": "ec2.amazonaws.com"}, Action="sts:AssumeRole")),
        document(
            statement(Principal={"Federated": "arn:aws:iam::222222222222:oidc-provider/gitlab.com"})
        ),
    ],
)
def test_what_has_nothing_to_do_with_github_is_left_alone(policy: object) -> None:
    assert faults(policy) is None


@pytest.mark.parametrize(
    "principal",
    ["*", {"AWS": "*"}, {"Federated": "*"}, {"Federated": f"{WILD}*"}, {"Federated": f"{WILD}t?n"}],
)
def test_a_wildcard_for_githubs_tokens_is_seen_beside_any_provider(principal: object) -> None:
    anybody = statement(Principal=principal, **{"Condition": LIKE})
    other = statement(Principal=EKS, Condition={"StringEquals": {"x:sub": "y"}})
    for policy in (document(anybody), document(other, anybody), document(anybody, other)):
        judged = faults(policy)
        assert judged is not None
        assert judged.faults[0] is Fault.LOOSE


def test_contexts_that_never_get_in_are_odd_and_no_further_ones() -> None:
    judged = faults(equals(sub=TWO, environment="production"))
    assert judged is not None
    assert judged.faults == (Fault.ODD,)


def test_another_vendor_that_is_listed_is_left_alone() -> None:
    issuer = "gitea.example/_services/token"
    arn = f"arn:aws:iam::222222222222:oidc-provider/{issuer}"
    condition = {"StringEquals": {f"{issuer}:sub": "x"}}
    policy = document(statement(Principal={"Federated": arn}, Condition=condition))
    assert faults(policy, issuer) is None
    judged = faults(policy)
    assert judged is not None
    assert [each.issuer for each in judged.strangers] == [issuer]


def strangers(*principals: object, others: tuple[str, ...] = ()) -> list[Stranger]:
    judged = faults(document(statement(), *(OTHER | {"Principal": p} for p in principals)), *others)
    assert judged is not None
    return list(judged.strangers)


@pytest.mark.parametrize(
    ("principal", "found"),
    [
        ("*", [("AWS", "*", "")]),
        ({"AWS": ["a", "b"]}, [("AWS", "a", ""), ("AWS", "b", "")]),
        ({"Service": "ec2.amazonaws.com"}, [("Service", "ec2.amazonaws.com", "")]),
        ({"CanonicalUser": "79a5"}, [("CanonicalUser", "79a5", "")]),
        ([{"AWS": "a"}, "b"], [("AWS", "a", ""), ("AWS", "b", "")]),
        ({"Federated": f"{WILD}gitlab.com/"}, [("Federated", f"{WILD}gitlab.com/", "gitlab.com")]),
        ({"Federated": ARN}, []),
        ({"Federated": ARN.replace("token", "TOKEN")}, []),
    ],
)
def test_anybody_beside_the_companys_github_is_a_stranger(
    principal: object, found: list[tuple[str, str, str]]
) -> None:
    assert strangers(principal) == [Stranger(2, *each) for each in found]


def test_strangers_are_counted_by_statement_and_a_deny_lets_nobody_in() -> None:
    deny = OTHER | {"Effect": "Deny"}
    judged = faults(document(deny, "x", OTHER, statement(), ELSEWHERE))
    assert judged is not None
    assert [each.statement for each in judged.strangers] == [3, 5]


@pytest.mark.parametrize("kind", ["*", "Federate", "aws "])
def test_a_kind_that_iam_does_not_know_is_not_read(kind: str) -> None:
    policy = document(statement(), OTHER | {"Principal": {"AWS": "a", kind: "x", "Service": "y"}})
    judged = faults(policy)
    assert judged is not None
    assert (judged.unknown_kind, judged.faults[0]) == (kind, Fault.UNREAD)
    assert [each.kind for each in judged.strangers] == ["AWS", "Service"]
    alone = faults(document(OTHER | {"Principal": {kind: "x"}}))
    assert alone is not None
    assert alone.unknown_kind == kind


def test_kinds_are_known_in_any_letter_case() -> None:
    kinds = {"aws": "a", "SERVICE": "b", "canonicalUser": "c", "federated": ARN}
    judged = faults(document(OTHER | {"Principal": kinds}, statement()))
    assert judged is not None
    assert judged.unknown_kind == ""


@pytest.mark.parametrize(
    ("stranger", "account", "own"),
    [
        (Stranger(1, "AWS", "222222222222"), "222222222222", True),
        (Stranger(1, "aws", "arn:aws:iam::222222222222:root"), "222222222222", True),
        (Stranger(1, "AWS", "arn:aws:iam::222222222222:role/a/b"), "222222222222", True),
        (Stranger(1, "AWS", "arn:aws:sts::222222222222:assumed-role/a/b"), "222222222222", True),
        (Stranger(1, "AWS", "arn:aws:iam::222222222222:role/*"), "222222222222", False),
        (Stranger(1, "AWS", "arn:aws:iam::333333333333:root"), "222222222222", False),
        (
            Stranger(1, "Federated", "arn:aws:iam::222222222222:saml-provider/x"),
            "222222222222",
            False,
        ),
        (Stranger(1, "AWS", "222222222222"), None, False),
        (Stranger(1, "AWS", ""), "", False),
        (Stranger(1, "AWS", "*"), "222222222222", False),
    ],
)
def test_the_account_itself_is_not_somebody_else(
    stranger: Stranger, account: str | None, own: bool
) -> None:
    assert stranger.is_of(account) is own


@pytest.mark.parametrize(("value", "anybody"), [("*", True), ("a?b", True), ("arn:aws", False)])
def test_a_wildcard_is_anybody(value: str, anybody: bool) -> None:
    assert Stranger(1, "AWS", value).is_anybody is anybody


@pytest.mark.parametrize(
    ("policy", "size"),
    [
        ({"a": [1, "b c"]}, len('{"a":[1,"b c"]}')),
        (' {"a" : [1, "b c"]}\n', len('{"a":[1,"b c"]}')),
        ({"a": "\u00fc"}, len('{"a":"\u00fc"}')),
        ("{ no json", len("{ no json")),
        ("[" * 100_000, 100_000),
        ({"a": {1}}, len('{"a":"{1}"}')),
    ],
)
def test_white_space_does_not_count(policy: object, size: int) -> None:
    assert document_size(policy) == size


def test_a_document_over_the_quota_is_refused() -> None:
    policy = document()
    size = document_size(policy)
    for longest, is_too_long in ((size, False), (size - 1, True)):
        judged = trust_faults(policy, judge(policy), issuers=(ISSUER,), longest=longest)
        assert judged is not None
        assert (judged.size, judged.longest, judged.is_too_long) == (size, longest, is_too_long)
        assert judged.faults == ((Fault.INEFFECTIVE,) if is_too_long else ())
    by_default = trust_faults(policy, judge(policy), issuers=(ISSUER,))
    assert by_default is not None
    assert by_default.longest == 2048


def test_a_plain_document_that_the_judge_cannot_read_is_unread() -> None:
    """Its role would be one that trusts nobody to all who ask for its environment and grants."""
    policy = equals(workflow="x" * 2049)
    judged = trust_faults(policy, judge(policy), issuers=(ISSUER,), longest=8192)
    assert judged is not None
    assert isinstance(judged.served, Context)
    assert judged.faults == (Fault.UNREAD,)


def test_what_aws_refuses_is_ineffective() -> None:
    keys = {f"{ISSUER}:aud": "sts.amazonaws.com", f"{ISSUER}:repository_id": "811223344"}
    judged = faults(document(statement(Condition={"StringEquals": keys})))
    assert judged is not None
    assert Fault.INEFFECTIVE in judged.faults


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        (document(), ""),
        (equals(sub=TWO), "the document: it serves several contexts. Write a role for each."),
        (
            equals(sub=TWO, environment="production"),
            "the document: it names several contexts or providers, and one context alone gets in. "
            "Nobody sees which one is meant. Write one of each.",
        ),
        (
            equals(aud="x"),
            'statement 1: aud: ["x"]. A token for another service gets in. Write StringEquals '
            '"sts.amazonaws.com".',
        ),
    ],
)
def test_the_first_odd_thing_is_said(policy: object, says: str) -> None:
    judged = faults(policy)
    assert judged is not None
    assert judged.oddity == says


def test_statements_that_are_loose() -> None:
    judged = faults(document(statement(), OPEN, DEAD))
    assert judged is not None
    assert [each.index for each in judged.loose_statements] == [2]


@pytest.mark.parametrize(
    ("sub", "is_loose"),
    [
        (f"{NAMED}:pull_request", False),
        ([f"{NAMED}:pull_request", f"{NUMBERED}:pull_request"], False),
        (f"{NAMED}:pull_request*", True),
        (f"{NAMED}:pull_reques?", True),
        ("repo:acme@????/shop@811223344:pull_request", True),
        ("repo:*/shop:pull_request", True),
        ("repo:acme@*/shop@811223344:pull_request", True),
        ([f"{NAMED}:pull_request", TWO[0]], True),
    ],
)
def test_pull_requests_of_one_repository_are_one_context(sub: object, is_loose: bool) -> None:
    like = {"StringLike": {SUB: sub}, "StringEquals": keys(sub=MISSING)}
    judged = faults(document(statement(Condition=like)))
    assert judged is not None
    assert (Fault.LOOSE in judged.faults) is is_loose


@pytest.mark.parametrize(
    ("policy", "fault"),
    [
        (equals(sub=TWO[0], actor="${aws:username}"), Fault.ODD),
        (equals(sub=f"{NAMED}:environment:${{aws:username}}"), Fault.UNREAD),
    ],
)
def test_what_is_unknown_is_unread_unless_one_context_is_meant(
    policy: object, fault: Fault
) -> None:
    judged = faults(policy)
    assert judged is not None
    assert judged.judgement.verdict is Verdict.UNKNOWN
    assert judged.faults == (fault,)
