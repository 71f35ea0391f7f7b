"""A seed fills both stand-ins: what clients then read is what the file says."""

import base64
from collections.abc import Iterator
from typing import Any

import boto3
import httpx
import pytest
import yaml

from sandbox.seed import read_seed
from sandbox.world import World, open_world
from tests import seeds


@pytest.fixture(scope="module", params=seeds.NAMES)
def seeded(request: pytest.FixtureRequest) -> Iterator[tuple[World, Any]]:
    file = seeds.file_of(request.param)
    with open_world(read_seed(file)) as world:
        yield world, yaml.safe_load(file.read_text())


def asked(world: World, path: str) -> Any:
    environment = world.environment("prod")
    answer = httpx.get(
        f"{environment['GITHUB_BASE_URL']}api/v3/{path}",
        headers={"Authorization": f"Bearer {environment['GITHUB_TOKEN']}"},
        follow_redirects=True,
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_account(seeded: tuple[World, Any]) -> None:
    world, seed = seeded
    environment = world.environment("prod")
    iam = boto3.client(
        "iam",
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        region_name="eu-west-1",
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )
    found = iam.get_account_authorization_details(Filter=["Role", "User"])
    roles = {role["RoleName"]: role for role in found["RoleDetailList"]}
    wanted = {role["RoleName"]: role for role in seed["aws"]["details"]["RoleDetailList"]}
    assert roles.keys() == wanted.keys()
    for name, role in wanted.items():
        assert roles[name]["Arn"] == role["Arn"]
        assert roles[name]["AssumeRolePolicyDocument"] == role["AssumeRolePolicyDocument"]
        assert roles[name]["RolePolicyList"] == role["RolePolicyList"]
        assert roles[name]["AttachedManagedPolicies"] == role["AttachedManagedPolicies"]
        session = iam.get_role(RoleName=name)["Role"]["MaxSessionDuration"]
        assert session == role.get("MaxSessionDuration", 3600)
    users = seed["aws"]["details"]["UserDetailList"]
    for user in users:
        keys = iam.list_access_keys(UserName=user["UserName"])["AccessKeyMetadata"]
        assert [(k["AccessKeyId"], k["Status"]) for k in keys] == [
            (k["AccessKeyId"], k["Status"]) for k in user["AccessKeys"]
        ]
    assert [user["UserName"] for user in found["UserDetailList"]] == [
        user["UserName"] for user in users
    ]


def test_organisation(seeded: tuple[World, Any]) -> None:
    world, seed = seeded
    for repository in seed["github"]["repositories"]:
        place = f"repos/acme/{repository['name']}"
        assert asked(world, place)["id"] == repository["id"]
        branches = asked(world, f"{place}/branches")
        assert [branch["name"] for branch in branches] == repository["branches"]
        environments = asked(world, f"{place}/environments")["environments"]
        assert [e["name"] for e in environments] == [e["name"] for e in repository["environments"]]
        for former in repository.get("former_names", ()):
            assert asked(world, f"repos/acme/{former}")["id"] == repository["id"]
        for name, text in repository["files"].items():
            answer = asked(world, f"{place}/contents/{name}")
            assert base64.b64decode(answer["content"]).decode() == text
        listed = asked(world, f"{place}/contents/.github/workflows")
        assert [entry["path"] for entry in listed] == sorted(
            name for name in repository["files"] if name.startswith(".github/workflows/")
        )
