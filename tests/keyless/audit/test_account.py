"""What an account says beside trust: rights, boundary, last use, users with keys, many roles."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from sandbox.seed import read_seed
from sandbox.world import World, open_world
from tests import seeds
from tests.keyless.audit.test_audit import details, role
from tests.keyless.command_run import run
from tests.keyless.trust_policies import policy

PRODUCTION = "repo:acme/storefront:environment:production"
PULLS = "repo:acme/storefront:pull_request"
OWN = "arn:aws:iam::222222222222:policy/own"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
AS_OF = ("--as-of", "2026-11-30")


def inline(*actions: str, resource: str = "*") -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    return {"PolicyName": "p", "PolicyDocument": {"Statement": [statement]}}


def found(name: str, subject: str, *policies: Any, used: str | None = None) -> dict[str, Any]:
    return {
        **role(name, policy(subject, "StringEquals")),
        "RolePolicyList": list(policies),
        "AttachedManagedPolicies": [],
        "RoleLastUsed": {"LastUsedDate": f"{used}T07:31:00+00:00"} if used else {},
    }


def account(*roles: dict[str, Any], **lists: Any) -> dict[str, Any]:
    return {**details({}), "RoleDetailList": list(roles), **lists}


def audited(tmp_path: Path, of: dict[str, Any], *words: str) -> str:
    file = tmp_path / "account.json"
    file.write_text(json.dumps(of))
    return run("audit", str(file), *AS_OF, *words).out


def rows(tmp_path: Path, of: dict[str, Any]) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(audited(tmp_path, of, "--json"))["roles"]
    return listed


def test_what_to_look_at_first_is_in_front(tmp_path: Path) -> None:
    bucket = "arn:aws:s3:::acme-site/*"
    roles = [
        found("never", PULLS, inline("s3:*"), used=None),
        found("writes", PULLS, inline("s3:PutObject", resource=bucket), used="2026-11-20"),
        found("whole", PULLS, inline("s3:*"), used="2026-11-20"),
        found("administrator", PULLS, inline("*"), used="2026-11-20"),
        found("reads", PULLS, inline("s3:GetObject", resource=bucket), used="2026-11-20"),
    ]
    listed = rows(tmp_path, account(*roles))
    assert [each["name"] for each in listed] == [
        "administrator",
        "whole",
        "writes",
        "never",
        "reads",
    ]
    assert [each["rights"] for each in listed] == [
        "administrator",
        "whole services",
        "writes",
        "whole services",
        "reads",
    ]
    assert [each["last_used"] for each in listed][2:4] == ["2026-11-20", None]


def test_managed_policy_of_the_account_is_judged_as_what_it_says(tmp_path: Path) -> None:
    version = {"IsDefaultVersion": True, "Document": inline("s3:*")["PolicyDocument"]}
    older = {"IsDefaultVersion": False, "Document": {}}
    policies = [{"Arn": OWN, "PolicyVersionList": [older, version]}]
    attached = {"AttachedManagedPolicies": [{"PolicyArn": OWN, "PolicyName": "own"}]}
    (listed,) = rows(
        tmp_path, account({**found("deploy", PRODUCTION), **attached}, Policies=policies)
    )
    assert listed["rights"] == "whole services"
    assert f'managed policy "{OWN}", statement 1: action "s3:*" is a wildcard' in str(
        listed["reasons"]
    )
    (hidden,) = rows(tmp_path, account({**found("deploy", PRODUCTION), **attached}))
    assert hidden["rights"] == "not shown"


def test_boundary_is_named(tmp_path: Path) -> None:
    bounded = {
        **found("deploy", PRODUCTION, inline("*"), used="2026-11-20"),
        "PermissionsBoundary": {"PermissionsBoundaryArn": OWN},
    }
    assert rows(tmp_path, account(bounded))[0]["boundary"] == OWN
    said = audited(tmp_path, account(bounded))
    assert f"rights: administrator, boundary: {OWN}, used 2026-11-20." in " ".join(said.split())


def test_users_with_keys_are_listed_with_what_groups_give_them(tmp_path: Path) -> None:
    key = {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "Status": "Active", "LastUsed": "2026-11-01"}
    group = {
        "GroupName": "ci",
        "AttachedManagedPolicies": [{"PolicyArn": ADMINISTRATOR, "PolicyName": "x"}],
    }
    users = [
        {"UserName": "reader", "AccessKeys": [{**key, "Status": "Inactive"}], "UserPolicyList": []},
        {"UserName": "ci", "AccessKeys": [key], "GroupList": ["ci"]},
        {"UserName": "person", "AccessKeys": []},
        {"UserName": "hidden"},
    ]
    of = account(UserDetailList=users, GroupDetailList=[group])
    said = " ".join(audited(tmp_path, of).split())
    assert (
        "2 users with stored keys: ci (administrator, 1 active) and reader (none shown, 0 active). "
        "A key never expires. `keyless adopt` says where they are and what replaces them."
    ) in said
    assert "Whether 1 user has stored keys is not in what was read." in said
    listed = json.loads(audited(tmp_path, of, "--json"))
    assert listed["users_with_keys"][0]["keys"] == [
        {
            "id": "AKIAIOSFODNN7EXAMPLE",
            "status": "Active",
            "last_used": "2026-11-01",
            "is_use_shown": True,
        }
    ]


def test_a_hundred_and_twenty_roles_are_one_screen(tmp_path: Path) -> None:
    roles = [
        found(f"r-{number}", PULLS if number % 3 else PRODUCTION, inline("s3:*"), used="2026-11-20")
        for number in range(120)
    ]
    screen = audited(tmp_path, account(*roles))
    assert screen.count("\n") <= 24
    assert "PULL-REQUEST  80 roles   80 whole services" in screen
    row = "PULL-REQUEST  whole services  used 2026-11-20  arn:aws:iam::222222222222:role/r-1"
    assert row in screen.splitlines()
    assert "--all shows each of them, with the trust policy to write instead." in screen
    assert audited(tmp_path, account(*roles), "--all").count('"Version"') == 120


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    seed = read_seed(seeds.file_of("mixed"))
    with open_world(seed) as opened, patch.dict(os.environ, opened.environment("prod")):
        yield opened


@pytest.mark.usefixtures("world")
def test_live_account_is_that_of_the_credentials() -> None:
    listed = json.loads(run("audit", "live", "--json", *AS_OF).out)
    expected = seeds.expected("mixed")
    verdicts = {each["role"]: each["verdict"] for each in expected["roles"]}
    assert {each["name"]: each["verdict"] for each in listed["roles"]} == verdicts
    assert {each["name"] for each in listed["users_with_keys"]} == {
        each["user"] for each in expected["static_keys"]
    }
    assert not listed["users_whose_keys_are_not_shown"]


@pytest.mark.usefixtures("world")
def test_ids_come_from_the_owner(tmp_path: Path) -> None:
    name = next(iter(seeds.expected("mixed")["environments"]))["repository"].partition("/")[2]
    for each in (name, "gone"):
        (tmp_path / each).write_text(json.dumps(policy(f"repo:acme/{each}:environment:production")))
    ended = run("audit", str(tmp_path / name), "--owner", "acme", "--json")
    (listed,) = json.loads(ended.out)["roles"]
    assert listed["repair"]["fill_in"] == {}
    assert "<" not in json.dumps(listed["repair"]["trust_policy"])
    ended = run("audit", str(tmp_path / "gone"), "--owner", "acme", "--json")
    (listed,) = json.loads(ended.out)["roles"]
    assert list(listed["repair"]["fill_in"]) == ["<id of acme/gone>"]
    assert listed["reasons"][-1] == (
        "acme/gone: GitHub shows this token no such repository. If it is gone, so is the need for "
        "the role: delete it"
    )


def test_terraform_grants_are_those_of_the_role(tmp_path: Path) -> None:
    broad = json.dumps(inline("s3:*")["PolicyDocument"])
    resources = [
        ("aws_iam_role", {"name": "r", "assume_role_policy": json.dumps(policy(PRODUCTION))}),
        ("aws_iam_role_policy", {"role": "r", "name": "p", "policy": broad}),
        ("aws_iam_policy", {"arn": OWN, "policy": json.dumps(inline("*")["PolicyDocument"])}),
        ("aws_iam_role_policy_attachment", {"role": "r", "policy_arn": OWN}),
        ("aws_iam_role_policy_attachment", {"role": "other", "policy_arn": ADMINISTRATOR}),
    ]
    state = {
        "version": 4,
        "resources": [
            {"mode": "managed", "type": kind, "name": "n", "instances": [{"attributes": values}]}
            for kind, values in resources
        ],
    }
    (listed,) = rows(tmp_path, state)
    assert listed["rights"] == "administrator"
    assert 'inline policy "p", statement 1: action "s3:*" is a wildcard' in str(listed["reasons"])
    assert ADMINISTRATOR not in str(listed["reasons"])


@pytest.mark.usefixtures("world")
def test_a_policy_by_name_is_written_with_the_ids_that_github_knows(tmp_path: Path) -> None:
    name = next(iter(seeds.expected("mixed")["environments"]))["repository"].partition("/")[2]
    file = tmp_path / "trust.json"
    file.write_text(json.dumps(policy(f"repo:acme/{name}:environment:production")))
    assert run("audit", str(file), "--fix").out.startswith(f"{file}: not written. <id of acme> is ")
    ended = run("audit", str(file), "--owner", "acme", "--fix")
    assert (ended.status, ended.out.splitlines()[0]) == (0, f"{file}: written")
    assert "<" not in file.read_text()
