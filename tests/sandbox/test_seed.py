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


class GitHub(httpx.Client):
    """A client of the stand-in, made once: it reads the machine's certificates, 30 ms each time."""

    def __init__(self, world: World) -> None:
        environment = world.environment("prod")
        super().__init__(
            base_url=f"{environment['GITHUB_BASE_URL']}api/v3/",
            headers={"Authorization": f"Bearer {environment['GITHUB_TOKEN']}"},
            follow_redirects=True,
        )

    def asked(self, path: str) -> Any:
        answer = self.get(path)
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
    with GitHub(world) as github:
        assert_held(github, seed["github"]["repositories"])


def assert_held(github: GitHub, repositories: list[Any]) -> None:
    for repository in repositories:
        place = f"repos/acme/{repository['name']}"
        assert github.asked(place)["id"] == repository["id"]
        branches = github.asked(f"{place}/branches")
        assert [branch["name"] for branch in branches] == repository["branches"]
        environments = github.asked(f"{place}/environments")["environments"]
        assert [e["name"] for e in environments] == [e["name"] for e in repository["environments"]]
        for former in repository.get("former_names", ()):
            assert github.asked(f"repos/acme/{former}")["id"] == repository["id"]
        for name, text in repository["files"].items():
            answer = github.asked(f"{place}/contents/{name}")
            assert base64.b64decode(answer["content"]).decode() == text
        listed = github.asked(f"{place}/contents/.github/workflows")
        assert [entry["path"] for entry in listed] == sorted(
            name for name in repository["files"] if name.startswith(".github/workflows/")
        )
