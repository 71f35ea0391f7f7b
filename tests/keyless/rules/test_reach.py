"""What roles a role can become."""

import json

import pytest

from keyless.rules.grant import Grant
from keyless.rules.reach import Role, reached

ACCOUNT = "arn:aws:iam::222222222222"
START = "/keyless/plan"
TARGET = "/apps/admin"


def trust(principal: object, key: str = "Principal") -> str:
    return json.dumps(
        {"Statement": {"Effect": "Allow", key: principal, "Action": "sts:AssumeRole"}}
    )


def granted(action: object, resource: object, **more: object) -> Grant:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    written = {key: value for key, value in statement.items() if value is not None}
    return Grant("x", {"Statement": written})


def is_reached(target_trust: object, *grants: Grant) -> bool:
    roles = {
        "start": Role(START, trust({"Federated": "x"}), grants),
        "target": Role(TARGET, target_trust, ()),
    }
    return reached(roles, ["start"]) == {"target": frozenset({"start"})}


@pytest.mark.parametrize(
    "principal",
    [
        {"AWS": f"{ACCOUNT}:role{START}"},
        {"AWS": [f"{ACCOUNT}:user/x", f"{ACCOUNT}:role{START}"]},
        {"aws": f"{ACCOUNT}:ROLE/keyless/PLAN"},
        {"AWS": "arn:aws:sts::222222222222:assumed-role/plan/session"},
        {"AWS": "*"},
        "*",
    ],
)
def test_trust_that_names_a_role_is_enough(principal: object) -> None:
    assert is_reached(trust(principal))


def test_trust_of_all_but_some_is_enough() -> None:
    assert is_reached(trust({"AWS": f"{ACCOUNT}:user/x"}, "NotPrincipal"))


def test_every_principal_of_every_statement_counts() -> None:
    named = [f"{ACCOUNT}:user/x", {"Service": "x"}, {"AWS": f"{ACCOUNT}:role{START}"}]
    assert is_reached(trust(named))
    (statement,) = [json.loads(trust(named))["Statement"]]
    deny = {**statement, "Effect": "Deny"}
    assert is_reached({"Statement": ["x", deny, {**statement, "Principal": {}}, statement]})
    assert not is_reached({"Statement": ["x", deny]})


@pytest.mark.parametrize("principal", [{"AWS": f"{ACCOUNT}:root"}, {"AWS": "222222222222"}])
@pytest.mark.parametrize(
    "grant",
    [
        granted("sts:AssumeRole", f"{ACCOUNT}:role{TARGET}"),
        granted("sts:*", f"{ACCOUNT}:role/apps/*"),
        granted("*", "*"),
        granted(None, "*", NotAction="s3:*"),
        granted("sts:AssumeRole", None, NotResource=f"{ACCOUNT}:role/x"),
    ],
)
def test_trust_in_the_account_takes_a_grant(principal: object, grant: Grant) -> None:
    assert is_reached(trust(principal), grant)
    assert not is_reached(trust(principal))


def test_role_whose_trust_may_be_written_is_reached() -> None:
    service = trust({"Service": "lambda.amazonaws.com"})
    exact = f"{ACCOUNT}:role{TARGET}"
    assert is_reached(service, granted("iam:UpdateAssumeRolePolicy", [f"{exact}-2", exact]))
    assert is_reached(trust({"Federated": "y"}), granted("iam:Update*", exact.upper()))
    assert not is_reached(service, granted("iam:UpdateAssumeRolePolicy", f"{exact}-2"))
    assert not is_reached(service, granted("iam:UpdateAssumeRolePolicy", f"{ACCOUNT}:role/apps/*"))
    assert not is_reached(service, granted("iam:UpdateRole", exact))
    roles = {
        "start": Role(START, service, [granted("iam:UpdateAssumeRolePolicy", exact)]),
        "later": Role("/apps/adm?", service, ()),
    }
    assert set(reached(roles, ["start"])) == {"later"}


def test_grant_to_pass_reaches_what_a_service_may_take() -> None:
    service = trust({"Service": "lambda.amazonaws.com"})
    grant = granted("iam:PassRole", f"{ACCOUNT}:role{TARGET}")
    assert is_reached(service, grant)
    assert not is_reached(service, granted("sts:AssumeRole", "*"))
    assert not is_reached(trust({"AWS": f"{ACCOUNT}:root"}), grant)


@pytest.mark.parametrize(
    "grant",
    [
        granted("sts:AssumeRole", f"{ACCOUNT}:role/apps/other"),
        granted("s3:*", "*"),
        granted("sts:AssumeRole", None, NotResource=f"{ACCOUNT}:role/apps/*"),
        granted(None, "*", NotAction="sts:*"),
        Grant("unseen"),
    ],
)
def test_other_grants_reach_nothing(grant: Grant) -> None:
    assert not is_reached(trust({"AWS": f"{ACCOUNT}:root"}), grant)


@pytest.mark.parametrize(
    "principal", [{"AWS": f"{ACCOUNT}:role/keyless/plan2"}, {"Federated": "*"}, {"Service": "x"}]
)
def test_other_principals_are_not_reached(principal: object) -> None:
    assert not is_reached(trust(principal), granted("sts:AssumeRole", "*"))


def test_a_deny_trusts_nobody() -> None:
    assert not is_reached(trust({"AWS": "*"}).replace("Allow", "Deny"))


def test_letter_case_of_actions_does_not_count() -> None:
    account = trust({"AWS": f"{ACCOUNT}:root"})
    assert is_reached(account, granted("STS:ASSUMEROLE", "*"))
    assert not is_reached(account, granted(None, "*", NotAction="STS:Assume*"))


def test_what_cannot_be_read_may_trust_anybody() -> None:
    assert is_reached('{"Statement": [], "Statement": []}')


def test_roles_are_reached_through_others() -> None:
    roles = {
        "a": Role("/a", trust({"Federated": "x"}), ()),
        "b": Role("/b", trust({"AWS": f"{ACCOUNT}:role/a"}), ()),
        "c": Role("/c", trust({"AWS": f"{ACCOUNT}:role/b"}), ()),
        "d": Role("/d", trust({"Service": "x"}), ()),
    }
    assert reached(roles, ["a"]) == {"b": {"a"}, "c": {"a"}}


@pytest.mark.parametrize(
    ("name", "account", "is_one"),
    [
        (START, "222222222222", True),
        ("/PLAN", "222222222222", True),
        ("/plan", "", True),
        ("/plan", "333333333333", False),
        ("/keyless/plan2", "222222222222", False),
    ],
)
def test_a_role_that_is_declared_twice_is_one(name: str, account: str, is_one: bool) -> None:
    roles = {
        "start": Role(START, trust({"Federated": "x"}), (), "222222222222"),
        "twin": Role(name, trust({"Federated": "y"}), (), account),
    }
    assert reached(roles, ["start"]) == ({"twin": frozenset({"start"})} if is_one else {})


def test_two_names_that_are_not_known_are_not_one() -> None:
    unknown = Role("/?", trust({"Federated": "x"}), ())
    assert reached({"start": unknown, "other": unknown}, ["start"]) == {}


@pytest.mark.parametrize(
    ("principal", "own", "is_named"),
    [
        ("AROASTART", "AROASTART", True),
        ("AROAOTHER", "AROASTART", False),
        ("AROAOTHER", "", True),
        ("AIDAUSER", "", False),
    ],
)
def test_trust_that_names_the_id_of_a_role_is_enough(
    principal: str, own: str, *, is_named: bool
) -> None:
    roles = {
        "start": Role(START, trust({"Federated": "x"}), (), id=own),
        "target": Role(TARGET, trust({"AWS": principal}), ()),
    }
    assert ("target" in reached(roles, ["start"])) is is_named
