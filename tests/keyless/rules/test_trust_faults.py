"""What is wrong with a trust policy, most damaging first."""

import pytest

from keyless.rules.trust_faults import Fault, TrustFaults, trust_faults
from keyless.trust import judge
from tests.keyless.trust.test_plain import ISSUER, NAMED, document, equals, statement

SUB = f"{ISSUER}:sub"
LIKE = {"StringLike": {SUB: "repo:acme/*"}}
OPEN = statement(Condition={"StringLike": {SUB: "repo:*"}})
DEAD = statement(Condition={"StringEquals": {SUB: "repo:acme/*"}})
WILD = "arn:aws:iam::222222222222:oidc-provider/"
EKS = {"Federated": f"{WILD}oidc.eks.eu-west-1.amazonaws.com/id/A1"}
OTHER = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
ELSEWHERE = OTHER | {"Principal": {"AWS": "arn:aws:iam::333333333333:root"}}
TWO = [f"{NAMED}:environment:production", f"{NAMED}:environment:staging"]


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
