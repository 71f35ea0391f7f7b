"""`drift --last-used`: roles that nobody becomes, rights that were never used, and the new entries.

The stand-in says when a role was used last; what IAM says of services is answered here.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from keyless.drift import account_reader
from sandbox.sample import sample_file
from sandbox.world import STACKS, World
from tests.keyless.command_run import Ended, run
from tests.keyless.drift.test_command import stand_ins
from tests.keyless.exported import STATE, state

DEPLOY = "acme-storefront-production-deploy"
WHERE = "storefront/environment/production/deploy"
ENTRY = "keyless:repositories.storefront.environments.production.roles"
TODAY = datetime.now(UTC)
LONG_AGO, LATELY = TODAY - timedelta(days=200), TODAY - timedelta(days=3)
SERVICES: list[dict[str, Any]] = [
    {"ServiceNamespace": "s3", "LastAuthenticated": LATELY},
    {"ServiceNamespace": "cloudfront"},
    {
        "ServiceNamespace": "lambda",
        "LastAuthenticated": LATELY,
        "TrackedActionsLastAccessed": [
            {"ActionName": "UpdateFunctionCode", "LastAccessedTime": LATELY},
            {"ActionName": "PublishVersion"},
            {"ActionName": "GetFunctionConfiguration"},
        ],
    },
]
NEVER = "cloudfront:CreateInvalidation, cloudfront:GetInvalidation, "


class Asked:
    """Answer what IAM is asked about services: in progress at first, then a page a service."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.services, self.looks, self.refusal = SERVICES, 0, ""
        self.role = DEPLOY
        ask: Any = vars(BaseClient)["_make_api_call"]

        def answer(client: Any, operation: str, arguments: Any) -> Any:
            if operation == "GenerateServiceLastAccessedDetails":
                assert arguments["Granularity"] == "ACTION_LEVEL"
                return self.started(operation, arguments["Arn"])
            if operation == "GetServiceLastAccessedDetails":
                return self.page(arguments)
            return ask(client, operation, arguments)

        monkeypatch.setattr(BaseClient, "_make_api_call", answer)
        monkeypatch.setattr(account_reader, "_BETWEEN_LOOKS", 0)

    def started(self, operation: str, arn: str) -> Any:
        if self.refusal:
            raise ClientError(
                {"Error": {"Code": "AccessDenied", "Message": self.refusal}}, operation
            )
        return {"JobId": arn}

    def page(self, arguments: Any) -> Any:
        self.looks += 1
        if self.looks == 1:
            return {"JobStatus": "IN_PROGRESS", "ServicesLastAccessed": []}
        services = self.services if arguments["JobId"].endswith(f"/{self.role}") else []
        number = int(arguments.get("Marker", 0))
        return {
            "JobStatus": "COMPLETED",
            "ServicesLastAccessed": services[number : number + 1],
            "IsTruncated": number + 1 < len(services),
            "Marker": str(number + 1),
        }


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    return Asked(monkeypatch)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, asked: Asked) -> Iterator[World]:
    """Yield the stand-ins, where every role is old and only the first was used lately."""
    with stand_ins(monkeypatch, state()) as opened:
        with opened.journal.turn:
            for role in opened.aws.iam(STACKS["prod"]).roles.values():
                role.create_date = LONG_AGO
                role.last_used = LATELY
        yield opened


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "Pulumi.prod.yaml"
    file.write_text(sample_file("Pulumi.prod.yaml").read_text("utf-8"), "utf-8")
    return file


def last_used(config: Path) -> Ended:
    return run("drift", "--from", str(STATE), "--last-used", "--config", str(config))


def listed(config: Path) -> list[dict[str, Any]]:
    words = ("--last-used", "--config", str(config), "--json")
    found: list[dict[str, Any]] = json.loads(run("drift", "--from", str(STATE), *words).out)[
        "last_used"
    ]
    return found


def test_a_followed_remedy_leaves_an_entry_that_check_takes(world: World, config: Path) -> None:
    (found,) = listed(config)
    assert (found["kind"], found["where"]) == ("rights-unused", WHERE)
    assert found["sentence"] == (
        f"{WHERE}: never used: {NEVER}lambda:GetFunctionConfiguration, lambda:PublishVersion. What "
        f"nobody uses helps an attacker alone. Write {ENTRY}.deploy anew:"
    )
    stack = yaml.safe_load(config.read_text("utf-8"))
    production = stack["config"]["keyless:repositories"]["storefront"]["environments"]["production"]
    production["roles"].update(yaml.safe_load(found["entry"]))
    config.write_text(yaml.safe_dump(stack), "utf-8")
    assert run("check", "prod", "--folder", str(config.parent)).out.endswith("no mistake\n")
    assert listed(config) == []


def test_a_role_that_nobody_becomes(world: World, config: Path) -> None:
    roles = world.aws.iam(STACKS["prod"]).roles
    with world.journal.turn:
        for role in roles.values():
            if role.name.endswith("migrate"):
                role.last_used = None
            elif role.name == DEPLOY:
                role.last_used = LONG_AGO + timedelta(days=100)
    said = {each["where"]: each["sentence"] for each in listed(config)}
    why = "Anybody who gets into it has rights that nobody needs. Take"
    assert said == {
        WHERE: f"{WHERE}: nobody has become the role since "
        f"{(LONG_AGO + timedelta(days=100)).date()}. {why} deploy out of {ENTRY}.",
        "storefront/environment/production/migrate": (
            "storefront/environment/production/migrate: nobody has become the role since it was "
            f"made on {LONG_AGO.date()}. {why} migrate out of {ENTRY}."
        ),
    }


def test_a_young_role_says_nothing(world: World, config: Path) -> None:
    with world.journal.turn:
        for role in world.aws.iam(STACKS["prod"]).roles.values():
            role.create_date, role.last_used = LATELY, None
    assert listed(config) == []


def test_nothing_is_left_of_a_role(world: World, config: Path, asked: Asked) -> None:
    asked.services = [{"ServiceNamespace": name} for name in ("s3", "cloudfront", "lambda")]
    (found,) = listed(config)
    assert found["sentence"].endswith(
        f"What nobody uses helps an attacker alone. Take deploy out of {ENTRY}."
    )
    assert found["entry"] is None


def test_pass_role_is_never_tracked_and_stays(world: World, config: Path, asked: Asked) -> None:
    asked.role = "acme-checkout-api-production-deploy"
    used = {"LastAuthenticated": LATELY}
    asked.services = [
        {"ServiceNamespace": "iam"},
        {"ServiceNamespace": "ecr"},
        {"ServiceNamespace": "ecs", **used},
    ]
    (found,) = listed(config)
    assert "iam:PassRole" not in found["sentence"]
    assert "ecr:PutImage" in found["sentence"]


def test_the_text_ends_with_the_entry_and_status_1(world: World, config: Path) -> None:
    ended = last_used(config)
    assert (ended.status, ended.err) == (1, "")
    assert ended.out.startswith("prod: no drift, 31 resources are as the stack says.\n")
    assert "\ndeploy:\n  permissions:\n" in ended.out
    assert ended.out.endswith("1 finding about last use.\n")
    assert world.journal.changes() == ()


def test_iam_may_not_be_asked(world: World, config: Path, asked: Asked) -> None:
    asked.refusal = "User: x is not authorized."
    sentences = [each["sentence"] for each in listed(config)]
    assert (
        f"{WHERE}: when it was used last could not be read: AWS answers AccessDenied "
        '"User: x is not authorized".'
    ) in sentences
    assert {each["kind"] for each in listed(config)} == {"not-compared"}


def test_without_a_stack_file(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("drift", "--from", str(STATE), "--last-used") == Ended(
        2,
        "",
        "--last-used: no Pulumi.prod.yaml in this folder. Entries are written anew from the stack "
        "file. Run it in the project's folder, or name the file with --config.\n",
    )
