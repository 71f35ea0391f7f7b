"""Which ARNs, and patterns of ARNs, name a role or a managed policy."""

import pytest

from keyless.facts import ADMINISTRATOR_ROLES
from keyless.rules.arns import (
    ROLE_ARNS,
    names_administrator,
    names_id,
    names_policy,
    names_provider,
    names_role,
)
from tests.keyless.rules.written import ACCOUNT

ROLE = "/apps/deploy"


@pytest.mark.parametrize(
    "arn",
    [
        f"{ACCOUNT}:role/apps/deploy",
        "arn:aws-us-gov:iam::333333333333:role/apps/deploy",
        f"{ACCOUNT}:ROLE/Apps/DEPLOY",
        f"{ACCOUNT}:role/*",
        f"{ACCOUNT}:role/apps/deplo?",
        f"{ACCOUNT}:*",
        "*",
        "arn:aws:iam::*",
        "arn?",
        "arn:aws:*::222222222222:role/apps/deploy",
        "arn:aws:ia?::222222222222:role/apps/deploy",
        "arn:aws:iam::${aws:PrincipalAccount}:role/apps/deploy",
        f"{ACCOUNT}:role/${{aws:PrincipalTag/role}}",
        "${aws:PrincipalTag/role}",
        "arn:aws:sts::222222222222:assumed-role/deploy/session",
        "arn:aws:sts::222222222222:assumed-role/DEPLOY/*",
        "arn:aws:sts::222222222222:assumed-role/d*/session",
    ],
)
def test_arns_that_name_a_role(arn: str) -> None:
    assert names_role(arn, ROLE)
    assert names_role(arn, "/APPS/Deploy")


@pytest.mark.parametrize(
    "arn",
    [
        f"{ACCOUNT}:role/deploy",
        f"{ACCOUNT}:role/apps/deploy2",
        f"{ACCOUNT}:role/apps/deploy:x",
        f"{ACCOUNT}:policy/apps/deploy",
        "arn:aws:sts::222222222222:assumed-role/apps/deploy",
        "arn:aws:sts::222222222222:assumed-role/session/deploy",
        "arn:aws:s3:::role/apps/deploy",
        "arn:aws:logs:*:222222222222:log-group:*",
        "/apps/deploy",
        "deploy",
        "",
    ],
)
def test_arns_that_name_another_thing(arn: str) -> None:
    assert not names_role(arn, ROLE)


@pytest.mark.parametrize(
    ("arn", "names"),
    [
        (f"{ACCOUNT}:policy/keyless/boundary", True),
        (f"{ACCOUNT}:POLICY/keyless/Boundary", True),
        (f"{ACCOUNT}:policy/*", True),
        ("*", True),
        (f"{ACCOUNT}:policy/boundary", False),
        (f"{ACCOUNT}:role/keyless/boundary", False),
        ("arn:aws:s3:::policy/keyless/boundary", False),
        ("boundary", False),
    ],
)
def test_arns_of_policies(arn: str, names: bool) -> None:
    assert names_policy(arn, "/keyless/boundary") is names
    assert names_policy(arn, "/KEYLESS/boundary") is names


@pytest.mark.parametrize(
    ("text", "arns"),
    [
        (f"{ACCOUNT}:role/apps/deploy", [f"{ACCOUNT}:role/apps/deploy"]),
        (
            f'roles: "{ACCOUNT}:role/a", {ACCOUNT}:role/b;',
            [f"{ACCOUNT}:role/a", f"{ACCOUNT}:role/b"],
        ),
        (
            "arn:aws:sts::222222222222:assumed-role/a/session",
            ["arn:aws:sts::222222222222:assumed-role/a/session"],
        ),
        (f"{ACCOUNT}:user/a", []),
        ("arn:aws:s3:::role/a", []),
    ],
)
def test_arns_in_a_text(text: str, arns: list[str]) -> None:
    assert ROLE_ARNS.findall(text) == arns


@pytest.mark.parametrize(
    ("arn", "role", "may"),
    [
        (f"{ACCOUNT}:role/apps/deploy-2026", "/apps/deploy-?", True),
        (f"{ACCOUNT}:role/apps/DEPLOY-*", "/apps/deploy-?", True),
        (f"{ACCOUNT}:role/*/deploy-*", "/apps/deploy-?", True),
        (f"{ACCOUNT}:role/app?/deploy-2026", "/apps/deploy-?", True),
        ("arn:aws:sts::222222222222:assumed-role/deploy-2026/session", "/apps/deploy-?", True),
        (f"{ACCOUNT}:role/apps/deploy-", "/apps/deploy-?", False),
        (f"{ACCOUNT}:role/apps/deploy", "/apps/deploy-?", False),
        (f"{ACCOUNT}:role/apps/read-*", "/apps/deploy-?", False),
        (f"{ACCOUNT}:policy/apps/deploy-2026", "/apps/deploy-?", False),
        ("arn:aws:sts::222222222222:assumed-role/read/session", "/apps/deploy-?", False),
        (f"{ACCOUNT}:role/apps/x-*", "/apps/?", True),
        (f"{ACCOUNT}:role/apps/x", "/apps/?", False),
        (f"{ACCOUNT}:role/other/*", "/apps/?", False),
        ("arn:aws:sts::222222222222:assumed-role/x/session", "/apps/?", False),
    ],
)
def test_arns_that_may_name_a_role_whose_name_comes_later(
    arn: str, role: str, *, may: bool
) -> None:
    assert names_role(arn, role) is may


def test_a_role_whose_path_and_name_come_later_may_be_any() -> None:
    assert names_role(f"{ACCOUNT}:role/x/deploy-1", "?deploy-?")
    assert not names_role(f"{ACCOUNT}:policy/x/deploy-1", "?deploy-?")


@pytest.mark.parametrize(
    ("text", "is_it", "may_be_any"),
    [
        ("AROAEXAMPLE", True, True),
        ("aroaexample:session:x", True, True),
        ("AROA*", True, True),
        ("*:session", True, True),
        ("?ROAEXAMPLE:*", True, True),
        ("${aws:userid}", True, True),
        ("AROAOTHER:session", False, True),
        ("AIDAEXAMPLE", False, False),
        ("x:AROAEXAMPLE", False, False),
        ("222222222222", False, False),
    ],
)
def test_ids_of_roles_and_their_sessions(text: str, is_it: bool, may_be_any: bool) -> None:
    assert names_id(text, "AROAExample") is is_it
    assert names_id(text, "") is may_be_any


@pytest.mark.parametrize("name", sorted(ADMINISTRATOR_ROLES))
def test_roles_that_are_administrators_unless_changed(name: str) -> None:
    written = name.replace("*", "x")
    assert names_administrator(f"{ACCOUNT}:role/{written}")
    assert names_administrator(f"arn:aws-cn:iam::222222222222:ROLE/{written.upper()}")
    assert not names_administrator(f"{ACCOUNT}:user/{written}")
    assert not names_administrator(f"{ACCOUNT}:role/my-{written}")


@pytest.mark.parametrize(
    ("arn", "names"),
    [
        (f"{ACCOUNT}:oidc-provider/GIT.acme.com/_services/token", True),
        (f"{ACCOUNT}:oidc-provider/*", True),
        ("*", True),
        (f"{ACCOUNT}:oidc-provider/git.acme.com", False),
        (f"{ACCOUNT}:role/git.acme.com/_services/token", False),
    ],
)
def test_arns_of_providers(arn: str, names: bool) -> None:
    assert names_provider(arn, "git.acme.com/_services/TOKEN") is names
