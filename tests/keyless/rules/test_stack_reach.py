"""Which roles of a stack GitHub reaches."""

import json
from typing import Any

import pytest

from keyless.rules import iam_types as types
from keyless.rules.grant import Grant
from keyless.rules.guarded import Guarded
from keyless.rules.resources import Unknown
from keyless.rules.stack_reach import Reach, boundary_of, tags_of, trust_document
from keyless.trust import judge
from tests.keyless.rules.stacks import Declared, declared, stack
from tests.keyless.rules.written import ACCOUNT, allow
from tests.keyless.trust_policies import policy

BOUNDARY = f"{ACCOUNT}:policy/keyless/boundary"
READ = json.dumps({"Statement": [allow("s3:GetObject", "arn:aws:s3:::a/b")]})


def trusting(principal: object) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {"Statement": [statement]}


def role(name: str, trust: object, **held: object) -> Declared:
    return declared(types.ROLE, name, name=name, path="/keyless/", assumeRolePolicy=trust, **held)


DEPLOY = role("deploy", json.dumps(policy("repo:acme/shop:environment:production")))
PLAN = role("plan", json.dumps(policy("repo:acme/shop:pull_request")))
TOOL = role(
    "tool", trusting({"AWS": [f"{ACCOUNT}:role/keyless/{each}" for each in ("deploy", "plan")]})
)
NEXT = role("next", trusting({"AWS": f"{ACCOUNT}:role/keyless/tool"}))
LONER = role("loner", trusting({"Service": "x"}), inlinePolicies=[{"name": "a", "policy": READ}])


def reach(*roles: Declared) -> Reach[Declared]:
    trusts = {each.urn: judge(trust_document(each)) for each in roles if each in (DEPLOY, PLAN)}
    return Reach(stack(*roles), trusts)


def test_roles_that_trust_github_reach_others() -> None:
    found = {each.role.name: each for each in reach(NEXT, LONER, TOOL, DEPLOY, PLAN).roles}
    assert set(found) == {"deploy", "plan", "next", "tool"}
    deploy, tool = found["deploy"], found["tool"]
    assert (deploy.through, deploy.starts, deploy.where) == ((), (), "")
    assert (deploy.name, deploy.role_name, deploy.name_alone) == (
        "/keyless/deploy",
        "deploy",
        "/deploy",
    )
    assert [each.context for each in deploy.contexts] == ["environment:production"]
    assert tool.through == ("/keyless/deploy", "/keyless/plan")
    assert tool.starts == (DEPLOY.urn, PLAN.urn)
    assert tool.where == 'reached from "deploy" and "plan", roles for GitHub: '
    assert [each.context for each in tool.contexts] == ["environment:production", "pull_request"]
    assert found["next"].starts == tool.starts


def test_a_role_that_trusts_github_is_reached_from_others_as_well() -> None:
    both = policy("repo:acme/shop:environment:production")
    both["Statement"].append(trusting({"AWS": f"{ACCOUNT}:role/keyless/plan"})["Statement"][0])
    own = role("deploy", json.dumps(both))
    trusts = {own.urn: judge(trust_document(own)), PLAN.urn: judge(trust_document(PLAN))}
    found = {each.role.name: each for each in Reach(stack(own, PLAN), trusts).roles}
    assert found["deploy"].trusts == (trusts[own.urn], trusts[PLAN.urn])
    assert (found["deploy"].through, found["deploy"].starts) == ((), (PLAN.urn,))
    assert (found["deploy"].where, found["plan"].starts) == ("", ())
    assert found["deploy"].is_of_pull_requests


@pytest.mark.parametrize(
    ("account", "is_reached"), [("222222222222", True), ("", True), ("333333333333", False)]
)
def test_a_role_of_another_account_may_have_the_same_name(account: str, is_reached: bool) -> None:
    again = declared(
        types.ROLE,
        "again",
        account=account,
        name="deploy",
        path="/",
        assumeRolePolicy=trusting({"Service": "x"}),
    )
    own = role("deploy", DEPLOY.properties.value("assumeRolePolicy"), account="222222222222")
    found = Reach(stack(own, again), {own.urn: judge(trust_document(own))})
    assert (again in [each.role for each in found.roles]) is is_reached


@pytest.mark.parametrize(
    ("subject", "refs", "is_of_pull_requests"),
    [
        ("repo:acme/shop:environment:production", [], False),
        ("repo:acme/shop:ref:refs/heads/main", ["ref:refs/heads/main"], False),
        ("repo:acme/shop:pull_request", [], True),
        ("repo:acme/shop:*", ["*"], True),
        ("repo:acme/shop:ref:refs/heads/*", None, False),
    ],
)
def test_refs_and_pull_requests(
    subject: str, refs: list[str] | None, is_of_pull_requests: bool
) -> None:
    one = role("deploy", policy(subject))
    (found,) = Reach(stack(one), {one.urn: judge(trust_document(one))}).roles
    assert found.is_of_pull_requests is is_of_pull_requests
    if refs is not None:
        assert found.refs == refs


def test_roles_that_are_not_reached_are_the_others() -> None:
    found = reach(DEPLOY, LONER)
    assert list(found.others) == [(LONER, [Grant('inline policy "a"', READ)])]
    assert [each.role for each in found.roles] == [DEPLOY]
    nothing = reach(LONER, NEXT)
    assert (nothing.roles, list(nothing.others), nothing.guarded()) == ([], [], [])


def test_a_reached_role_brings_its_grants_and_is_guarded() -> None:
    managed = declared(types.POLICY, "extra", path="/keyless/", name="extra", policy=READ)
    aws = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"
    deploy = role(
        "deploy",
        policy("repo:acme/shop:environment:production"),
        permissionsBoundary=BOUNDARY,
        inlinePolicies=[{"name": "a", "policy": READ}],
        managedPolicyArns=[f"{ACCOUNT}:policy/keyless/extra", aws],
    )
    found = Reach(stack(deploy, managed), {deploy.urn: judge(trust_document(deploy))})
    (only,) = found.roles
    assert [each.label for each in only.grants] == [
        'inline policy "a"',
        'managed policy "extra"',
        f'managed policy "{aws}"',
    ]
    policies = frozenset({"/keyless/extra", "/job-function/ViewOnlyAccess"})
    assert found.guarded() == [Guarded("/keyless/deploy", BOUNDARY, policies)]


@pytest.mark.parametrize(
    ("held", "document"),
    [
        ({"assumeRolePolicy": "{}"}, "{}"),
        ({"assumeRolePolicy": None}, None),
        ({"assumeRolePolicy": Unknown("trust")}, Unknown("trust")),
        ({"assumeRolePolicy": {"Statement": [Unknown("a"), Unknown("b")]}}, Unknown("a")),
    ],
)
def test_a_trust_policy_or_what_is_unknown_in_it(held: dict[str, Any], document: object) -> None:
    assert trust_document(declared(types.ROLE, "x", **held)) == document
    native = {"assumeRolePolicyDocument": held["assumeRolePolicy"]}
    assert trust_document(declared(types.ROLE_NATIVE, "x", **native)) == document


@pytest.mark.parametrize(
    ("held", "tags"),
    [
        ({}, {}),
        ({"tags": {"team": "shop", "Stage": 1}}, {"team": "shop", "Stage": "1"}),
        ({"tags": {"a": "1"}, "tagsAll": {"a": "2", "b": "3"}}, {"a": "2", "b": "3"}),
        ({"tags": [{"key": "a", "value": "1"}, {"Key": "b", "Value": 2}]}, {"a": "1", "b": "2"}),
        ({"tags": {"key": "a", "value": "1", "x": "y"}}, {"key": "a", "value": "1", "x": "y"}),
        ({"tags": ["a", 7]}, {}),
        ({"tags": {"a": Unknown("tags.a")}}, None),
        ({"tags": {"a": "1"}, "tagsAll": Unknown("tagsAll")}, None),
    ],
)
def test_tags_of_a_role_and_of_its_provider(
    held: dict[str, Any], tags: dict[str, str] | None
) -> None:
    assert tags_of(declared(types.ROLE, "x", **held)) == tags


@pytest.mark.parametrize(
    ("boundary", "arn"),
    [(BOUNDARY, BOUNDARY), (None, ""), (Unknown("permissionsBoundary"), ""), (7, "")],
)
def test_a_boundary_that_is_not_known_is_none(boundary: object, arn: str) -> None:
    assert boundary_of(role("x", "{}", permissionsBoundary=boundary)) == arn


@pytest.mark.parametrize(
    ("shown", "named", "is_reached"),
    [
        ("AROADEPLOY", "AROADEPLOY", True),
        ("AROADEPLOY", "AROAOTHER", False),
        (None, "AROAOTHER", True),
        (Unknown("uniqueId"), "AROAOTHER", True),
    ],
)
def test_a_role_that_is_trusted_by_its_id(shown: object, named: str, is_reached: bool) -> None:
    deploy = declared(
        types.ROLE,
        "deploy",
        name="deploy",
        assumeRolePolicy=DEPLOY.properties.value("assumeRolePolicy"),
        uniqueId=shown,
    )
    found = Reach(
        stack(deploy, role("tool", trusting({"AWS": named}))),
        {deploy.urn: judge(trust_document(deploy))},
    )
    assert ("tool" in {each.role.name for each in found.roles}) is is_reached
