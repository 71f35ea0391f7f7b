"""The concrete evaluator: how one token meets a policy, condition by condition."""

from typing import Any

import pytest

from keyless.trust import ConditionCheck, StatementCheck, judge
from tests.keyless.trust.building import GITHUB, Policy, allow, deny, policy, provider, statement

SUB = f"{GITHUB}:sub"
PROD = "repo:acme/app:environment:prod"
TOKEN = {"aud": "sts.amazonaws.com", "sub": PROD, "environment": "prod", "repository_id": "811"}
SLUG = f"{GITHUB}/acme-corp"


def passes(
    block: dict[str, dict[str, Any]], version: str | None = "2012-10-17", **claims: Any
) -> bool:
    return judge(allow(block, version=version)).admits({**TOKEN, **claims})


class TestOperators:
    @pytest.mark.parametrize(
        ("operator", "value", "expected"),
        [
            ("StringEquals", PROD, True),
            ("StringEquals", "repo:acme/*", False),
            ("StringEquals", PROD.upper(), False),
            ("StringEqualsIgnoreCase", PROD.upper(), True),
            ("StringEqualsIgnoreCase", "repo:acme/*", False),
            ("StringNotEquals", PROD, False),
            ("StringNotEquals", "x", True),
            ("StringNotEqualsIgnoreCase", PROD.upper(), False),
            ("StringLike", "repo:*:environment:pro?", True),
            ("StringLike", "*" + PROD + "*", True),
            ("StringLike", "repo:acme/app:environment:pro??", False),
            ("StringLike", "REPO:*", False),
            ("StringLike", "", False),
            ("StringNotLike", "repo:*", False),
            ("StringNotLike", "repo:evil/*", True),
            ("ForAnyValue:StringLike", ["x", "repo:*"], True),
            ("ForAllValues:StringLike", ["x", "repo:*"], True),
            ("ForAnyValue:StringNotLike", ["x", "repo:*"], False),
            ("ForAllValues:StringNotEquals", ["x"], True),
            ("StringEqualsIfExists", "x", False),
            ("ArnLike", "*", False),
            ("ArnNotLike", "arn:aws:iam::1:role/x", True),
            ("Bool", "true", False),
            ("NumericEquals", "5", False),
            ("IpAddress", "0.0.0.0/0", False),
            ("NotIpAddress", "0.0.0.0/0", True),
            ("BinaryEquals", PROD, False),
            ("DateEquals", "2026-01-01", False),
        ],
    )
    def test_on_the_subject(self, operator: str, value: Any, expected: bool) -> None:
        assert passes({operator: {"sub": value}}) is expected

    @pytest.mark.parametrize(
        ("operator", "value", "expected"),
        [
            ("NumericEquals", "811.0", True),
            ("NumericEquals", "812", False),
            ("NumericEquals", "x", False),
            ("NumericNotEquals", "811", False),
            ("NumericNotEquals", "812", True),
            ("NumericLessThan", "811", False),
            ("NumericLessThan", "812", True),
            ("NumericLessThanEquals", "811", True),
            ("NumericGreaterThan", "811", False),
            ("NumericGreaterThan", "810", True),
            ("NumericGreaterThanEquals", "811", True),
            ("NumericGreaterThanEquals", "812", False),
            ("DateGreaterThan", "x", False),
            ("DateNotEquals", "812", True),
            ("DateEquals", "0" * 13 + "811", False),
        ],
    )
    def test_on_a_number(self, operator: str, value: str, expected: bool) -> None:
        assert passes({operator: {"repository_id": value}}) is expected

    @pytest.mark.parametrize(
        ("operator", "value"),
        [
            *(("Bool", "true"), ("IpAddress", "192.0.2.0/24"), ("BinaryEquals", "any")),
            *(("ArnLike", "arn:aws:iam::*:role/*"), ("DateEquals", "2026-01-01")),
        ],
    )
    def test_no_claim_is_of_another_type(self, operator: str, value: str) -> None:
        assert passes({operator: {"workflow": value}}, workflow=value) is False

    @pytest.mark.parametrize(
        ("operator", "expected"),
        [
            ("StringEquals", False),
            ("StringLike", False),
            ("StringNotEquals", True),
            ("StringNotLike", True),
            ("StringEqualsIfExists", True),
            ("StringNotLikeIfExists", True),
            ("ForAllValues:StringEquals", True),
            ("ForAllValues:StringNotEquals", True),
            ("ForAnyValue:StringEquals", False),
            ("ForAnyValue:StringNotEquals", False),
            ("ForAnyValue:StringEqualsIfExists", True),
            ("ArnLike", False),
            ("ArnNotLike", True),
            ("Bool", False),
            ("NumericNotEquals", True),
        ],
    )
    def test_on_a_missing_key(self, operator: str, expected: bool) -> None:
        assert passes({operator: {"actor": "mona"}}) is expected

    @pytest.mark.parametrize(
        ("key", "value", "expected"),
        [
            ("sub", "false", True),
            ("sub", "true", False),
            ("actor", "TRUE", True),
            ("actor", "false", False),
            ("actor", ["true", "false"], True),
            ("actor", [], False),
        ],
    )
    def test_null(self, key: str, value: Any, expected: bool) -> None:
        assert passes({"Null": {key: value}}) is expected

    def test_several_values_of_a_claim(self) -> None:
        both = ["mona", "hubot"]
        assert passes({"ForAnyValue:StringEquals": {"actor": "mona"}}, actor=both)
        assert not passes({"ForAllValues:StringEquals": {"actor": "mona"}}, actor=both)
        assert passes({"ForAllValues:StringEquals": {"actor": both}}, actor=both)
        assert passes({"ForAllValues:StringEquals": {"actor": "mona"}}, actor=[])
        assert passes({"ForAnyValue:StringNotEquals": {"actor": "mona"}}, actor=both)
        assert not passes({"ForAllValues:StringNotEquals": {"actor": "mona"}}, actor=both)
        assert passes({"StringEquals": {"actor": "hubot"}}, actor=both)

    @pytest.mark.parametrize(
        ("value", "version", "expected"),
        [
            ("repo:acme/app:environment:${" + GITHUB + ":environment}", "2012-10-17", True),
            ("repo:acme/app:environment:${" + GITHUB.upper() + ":ENVIRONMENT}", "2012-10-17", True),
            ("repo:acme/app:environment:${" + GITHUB + ":environment}", None, False),
            ("repo:acme/app:environment:${" + GITHUB + ":environment}", "2008-10-17", False),
            ("repo:acme/app:environment:${" + GITHUB + ":actor}", "2012-10-17", False),
            ("repo:acme/app:environment:${" + GITHUB + ":actor, 'prod'}", "2012-10-17", True),
            ("repo:acme/app:environment:${" + GITHUB + ":environment, 'x'}", "2012-10-17", True),
            ("repo:acme/app:${" + GITHUB + ":actor, 'environment'}:*", "2012-10-17", True),
            ("repo:acme/app:environment:${aws:username}", "2012-10-17", False),
            ("repo:acme/app:environment:pro${*}", "2012-10-17", False),
            ("repo:acme/app:environment:${unclosed", "2012-10-17", False),
        ],
    )
    def test_variables(self, value: str, version: str | None, expected: bool) -> None:
        assert passes({"StringLike": {"sub": value}}, version) is expected

    @pytest.mark.parametrize(("text", "escape"), [("*", "${*}"), ("?", "${?}"), ("$", "${$}")])
    def test_escapes(self, text: str, escape: str) -> None:
        assert passes({"StringLike": {"workflow": f"a{escape}b"}}, workflow=f"a{text}b")
        assert not passes({"StringLike": {"workflow": f"a{escape}b"}}, workflow="axb")


class TestPolicy:
    def test_any_allow_and_no_deny(self) -> None:
        document = policy(
            statement({"StringEquals": {"sub": "x"}}),
            statement({"StringEquals": {"sub": PROD}}),
            deny({"StringEquals": {"actor": "evil"}}),
        )
        judgement = judge(document)
        assert judgement.admits(TOKEN)
        assert not judgement.admits({**TOKEN, "actor": "evil"})
        assert not judgement.admits({**TOKEN, "sub": "y"})

    @pytest.mark.parametrize(
        ("elements", "expected"),
        [
            ({}, False),
            ({"Action": "sts:AssumeRole"}, True),
            ({"Principal": "*"}, False),
            ({"Principal": {"Federated": "*"}}, True),
            ({"Principal": {"Federated": provider("*")}}, True),
            ({"Principal": {"Federated": provider(account="222222222222")}}, True),
            ({"Principal": {"Federated": provider(partition="aws-cn")}}, True),
            ({"Principal": {"Federated": [provider("idp.example"), provider()]}}, False),
            ({"Principal": {"AWS": "*"}}, True),
            ({"Principal": {"Service": "x"}}, True),
            ({"Principal": None, "NotPrincipal": {"AWS": "1"}}, True),
            ({"Effect": "deny"}, True),
            ({"Condition": {"StringIs": {}}}, True),
            ({"Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}}, True),
        ],
    )
    def test_denies_only_what_is_certain(self, elements: Policy, expected: bool) -> None:
        document = policy(statement({"StringEquals": {"sub": PROD}}), deny(**elements))
        assert judge(document).admits(TOKEN) is expected

    def test_keys_of_the_request(self) -> None:
        document = allow({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}})
        assert judge(document).admits(TOKEN)

    @pytest.mark.parametrize("claim", ["repository_owner", "event_name", "iss", "head_ref"])
    def test_claims_that_aws_does_not_fill(self, claim: str) -> None:
        assert not passes({"StringEquals": {claim: "x"}}, **{claim: "x"})

    def test_issuer_of_the_token(self) -> None:
        document = allow({"StringEquals": {"sub": PROD}}, issuer=SLUG)
        assert judge(document).admits(TOKEN)
        assert judge(document).admits({**TOKEN, "iss": f"https://{SLUG}"})
        assert not judge(document).admits({**TOKEN, "iss": f"https://{GITHUB}"})

    def test_policy_without_github(self) -> None:
        document = allow(Principal={"Service": "ec2.amazonaws.com"})
        assert not judge(document).admits(TOKEN)


class TestExplain:
    def test_tells_of_every_condition(self) -> None:
        document = policy(
            statement({"StringLike": {"sub": ["a", "b"]}, "Null": {"actor": "true"}}),
            deny(Action="sts:AssumeRole"),
            statement({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, Principal={"AWS": "1"}),
        )
        assert judge(document).explain(TOKEN) == (
            StatementCheck(
                1,
                "Allow",
                addressed=True,
                applies=False,
                conditions=(
                    ConditionCheck("StringLike", SUB, False, ("a", "b"), (PROD,)),
                    ConditionCheck("Null", f"{GITHUB}:actor", True, ("true",), None),
                ),
            ),
            StatementCheck(2, "Deny", addressed=False, applies=False, conditions=()),
            StatementCheck(3, "Allow", addressed=False, applies=False, conditions=()),
        )

    def test_applies_when_everything_passes(self) -> None:
        (check,) = judge(allow({"StringEquals": {"sub": PROD}})).explain(TOKEN)
        assert check.addressed
        assert check.applies
        assert all(condition.passed for condition in check.conditions)

    def test_does_not_apply_where_something_is_unread(self) -> None:
        (check,) = judge(allow({"StringIs": {"sub": PROD}})).explain(TOKEN)
        assert check.addressed
        assert not check.applies

    def test_everybody_but_somebody_is_not_addressed(self) -> None:
        document = allow(Principal=None, NotPrincipal={"AWS": "1"})
        (check,) = judge(document).explain(TOKEN)
        assert not check.addressed
