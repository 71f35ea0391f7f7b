"""Drift against the stand-ins, without the engine: what is found, and what cannot be read."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from keyless.github_api import GithubApi
from sandbox.faults import Fault, Kind
from sandbox.github.state import DeploymentBranchPolicy
from sandbox.world import STACKS, World, open_world
from tests.keyless.command_run import Ended, run
from tests.keyless.drift.provisioned import provision
from tests.keyless.exported import PREVIEW, STATE, resource, state

CLEAN = "prod: no drift, 31 resources are as the stack says.\n"
UNKNOWN = "Whether it is as the stack says is not known."
ENVIRONMENT = "/repos/acme/storefront/environments/production"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Yield the stand-ins as the exported state says they are; the environment leads there."""
    with stand_ins(monkeypatch, state()) as opened:
        yield opened


@contextmanager
def stand_ins(monkeypatch: pytest.MonkeyPatch, exported: dict[str, Any]) -> Iterator[World]:
    with open_world() as opened:
        provision(opened, exported)
        for name, value in opened.environment("prod").items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield opened


def drift(*words: str) -> Ended:
    return run("drift", "--from", str(STATE), *words)


def sentences() -> list[str]:
    ended = drift("--json")
    assert ended.status == 1, ended
    return [finding["sentence"] for finding in json.loads(ended.out)["findings"]]


def test_nothing_changed_and_nothing_was_written(world: World) -> None:
    assert drift() == Ended(0, CLEAN, "")
    assert world.journal.changes() == ()


def test_each_finding_has_its_command(world: World) -> None:
    with world.journal.turn:
        production = world.github.repository("acme/storefront").environment("production")
        production.policies[77] = DeploymentBranchPolicy(77, "*")
    ended = drift("--json")
    assert json.loads(ended.out) == {
        "stack": "prod",
        "kind": "state",
        "compared": 31,
        "findings": [
            {
                "kind": "pattern-added",
                "where": "storefront/environment/production",
                "sentence": 'storefront/environment/production: a branch policy "*" that the stack '
                "does not have. It admits branches that nobody planned. Anybody who can push a "
                "branch deploys code that nobody merged.",
                "repair": "gh api -X DELETE repos/acme/storefront/environments/production/"
                "deployment-branch-policies/77",
            }
        ],
    }


def test_what_pulumi_mends_comes_last_and_in_one_command(world: World) -> None:
    with world.journal.turn:
        for name in ("checkout-api", "storefront"):
            environment = world.github.repository(f"acme/{name}").environment("production")
            environment.can_admins_bypass = True
            environment.policies[77] = DeploymentBranchPolicy(77, "*")
            environment.variables.clear()
    urn = (
        "urn:pulumi:prod::keyless::keyless:index:RepositoryAccess$keyless:index:"
        "ProtectedEnvironment$github:index/repositoryEnvironment:RepositoryEnvironment"
    )
    found = json.loads(drift("--json").out)["findings"]
    assert list(dict.fromkeys(finding["repair"] for finding in found)) == [
        *(
            f"gh api -X DELETE repos/acme/{name}/environments/production/"
            "deployment-branch-policies/77"
            for name in ("checkout-api", "storefront")
        ),
        "pulumi up --stack prod --refresh "
        f"--replace '{urn}::checkout-api/environment/production' "
        f"--replace '{urn}::storefront/environment/production'",
    ]


def test_the_order_does_not_depend_on_the_run_that_made_the_stack(
    world: World, tmp_path: Path
) -> None:
    """A state keeps its resources as they were done, which differs from run to run."""
    with world.journal.turn:
        for repository in world.github.repositories.values():
            repository.rulesets.clear()
            repository.variables.clear()
            for environment in repository.environments.values():
                environment.variables.clear()
        for role in world.aws.iam(STACKS["prod"]).roles.values():
            role.permissions_boundary_arn = None
    other = state()
    other["deployment"]["resources"].reverse()
    file = tmp_path / "state.json"
    file.write_text(json.dumps(other))
    found = drift()
    assert (found.status, found.err) == (1, "")
    assert run("drift", "--from", str(file)) == found


def test_what_a_refresh_took_in_is_still_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The state says then what is there; the output `access` says what was reviewed."""
    refreshed = state()
    name = "infrastructure/environment/production/deploy"
    role = resource(refreshed, ":Role", name)["inputs"]
    trust = json.loads(role["assumeRolePolicy"])
    trust["Statement"].append(
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::333333333333:root"},
            "Action": "sts:AssumeRole",
        }
    )
    role |= {
        "assumeRolePolicy": json.dumps(trust),
        "permissionsBoundary": "",
        "maxSessionDuration": 43200,
    }
    for kind in (":Role", ":RolePolicy"):
        gone = resource(refreshed, kind, "storefront/environment/production/migrate")
        refreshed["deployment"]["resources"].remove(gone)
    file = tmp_path / "state.json"
    file.write_text(json.dumps(refreshed))
    with stand_ins(monkeypatch, refreshed) as world:
        taken_off = world.aws.iam(STACKS["prod"]).get_role(role["name"])
        taken_off.permissions_boundary_arn = None
        ended = run("drift", "--from", str(file), "--json")
    assert [found["sentence"] for found in json.loads(ended.out)["findings"]] == [
        "acme/storefront environment/production migrate: the output `access` lists the role "
        "acme-storefront-production-migrate, the state does not. Somebody deleted it, and a "
        "refresh took that in; or an `up` did not end.",
        f"{name}: its trust policy is not what the output `access` says, and is EXACT now: "
        "statement 1: every context that gets in is written out. A refresh took in what somebody "
        "edited, or an `up` did not end.",
        f"{name}: its permissions boundary is gone. What the role can do at most is not what was "
        "reviewed.",
        f"{name}: a session may last 43200 seconds, not 3600. Leaked credentials work for longer.",
    ]


def test_a_repository_that_was_renamed(world: World) -> None:
    with world.journal.turn:
        world.github.rename(world.github.repository("acme/storefront"), "shopfront")
    assert sentences() == [
        'acme/storefront: it is "acme/shopfront" now. Its tokens carry the new name, which no role '
        "trusts.",
        'acme/storefront: its subjects start with "repo:acme/shopfront" today. No role trusts '
        "that: every job is refused.",
    ]


def test_a_repository_whose_name_was_taken(world: World) -> None:
    with world.journal.turn:
        world.github.repository("acme/storefront").id = 899000001
    assert sentences()[0] == (
        "acme/storefront: its id is 899000001, not 811223344. Another repository took the name: "
        "the roles do not trust it, and its environments are not those of the stack."
    )


def test_a_repository_that_is_gone(world: World) -> None:
    with world.journal.turn:
        del world.github.repositories[811223344]
    assert sentences() == [
        "acme/storefront: GitHub shows this token no such repository. It was deleted, or the token "
        "cannot read it."
    ]


def test_an_environment_that_is_gone(world: World) -> None:
    with world.journal.turn:
        world.github.repository("acme/storefront").environments.clear()
    assert sentences() == [
        "storefront/environment/production: GitHub shows this token no such environment. It was "
        "deleted, and a job that names it makes it anew without any protection; or the token "
        "cannot read it."
    ]


def test_a_right_that_is_lost_hides_nothing_else(world: World) -> None:
    with world.journal.turn:
        production = world.github.repository("acme/storefront").environment("production")
        production.variables.pop("S3_BUCKET")
    world.faults.add(
        Fault(kind=Kind.SECONDARY_LIMIT, matching=lambda call: call.target == ENVIRONMENT, times=9)
    )
    found = sentences()
    assert found[1:] == [
        "storefront/environment/production/S3_BUCKET: no variable S3_BUCKET. Jobs that read it get "
        "an empty text."
    ]
    assert found[0].startswith(
        "storefront/environment/production: could not be compared: GitHub's rate limit is reached"
    )
    assert found[0].endswith(UNKNOWN)


def test_a_token_that_only_reads_does_not_see_who_may_bypass(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GitHub leaves `bypass_actors` out for anybody who may not change the ruleset."""
    get = GithubApi.get

    def without_actors(api: GithubApi, *path: str) -> dict[str, Any] | None:
        found = get(api, *path)
        if found and "rulesets" in path:
            found.pop("bypass_actors")
        return found

    monkeypatch.setattr(GithubApi, "get", without_actors)
    hidden = "GitHub does not show this token who may bypass the ruleset"
    unseen = sentences()
    assert unseen
    assert {each.partition(": ")[2] for each in unseen} == {
        f"could not be compared: {hidden}. {UNKNOWN}"
    }
    assert drift("--bypass-unseen") == Ended(0, CLEAN, "")


def test_a_connection_that_is_dropped(world: World) -> None:
    world.faults.add(
        Fault(kind=Kind.DROPPED, matching=lambda call: call.target == ENVIRONMENT, times=9)
    )
    (found,) = sentences()
    assert found.startswith(
        "storefront/environment/production: could not be compared: GitHub cannot be reached ("
    )


def test_a_token_that_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_secret")
    ended = drift()
    assert ended.status == 1
    assert (
        'acme/storefront: could not be compared: GitHub answers 401 "Bad credentials".'
        in " ".join(ended.out.split())
    )
    assert "ghp_secret" not in ended.out + ended.err


def test_iam_may_not_be_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ask: Any = vars(BaseClient)["_make_api_call"]

    def refuse(client: Any, operation: str, arguments: Any) -> Any:
        if operation == "GetAccountAuthorizationDetails":
            said = "User: x is not authorized to perform: iam:GetAccountAuthorizationDetails"
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": said}}, operation)
        return ask(client, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", refuse)
    assert sentences() == [
        'account 222222222222: could not be compared: AWS answers AccessDenied "User: x is not '
        f'authorized to perform: iam:GetAccountAuthorizationDetails". {UNKNOWN}'
    ]


def test_credentials_of_another_account(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in world.environment("staging").items():
        monkeypatch.setenv(name, value)
    assert drift() == Ended(
        2,
        "",
        "AWS: the credentials open 111111111111, the stack is in 222222222222. Everything would "
        "seem to be gone. Log in to 222222222222.\n",
    )


def test_credentials_that_are_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAUNKNOWN000000000")
    assert drift() == Ended(
        2,
        "",
        'AWS: AWS answers InvalidClientTokenId "The security token included in the request is '
        'invalid". Without credentials the account cannot be compared. Log in to 222222222222, '
        "for example with `aws sso login`.\n",
    )


def test_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    assert drift() == Ended(
        2,
        "",
        "GITHUB_TOKEN: no token in it. GitHub shows environments and rulesets to nobody without "
        "one. Set it, for example: export GITHUB_TOKEN=$(gh auth token).\n",
    )


@pytest.mark.parametrize("address", ["github.example.com", "ftp://x", "https://"])
def test_an_address_that_is_none(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_secret")
    monkeypatch.setenv("GITHUB_BASE_URL", address)
    assert drift() == Ended(
        2,
        "",
        f'GITHUB_BASE_URL: "{address}" is no web address. GitHub cannot be asked there. Write one '
        "such as https://github.example.com/.\n",
    )


def test_several_stacks(tmp_path: Path) -> None:
    ended = drift("--from", str(STATE))
    assert ended == Ended(
        2,
        "",
        "drift: 2 stacks. Each has an account and credentials of its own. Compare one at a time.\n",
    )


def test_a_preview_without_its_outputs() -> None:
    assert run("drift", "--from", str(PREVIEW)) == Ended(
        2,
        "",
        f"{PREVIEW}: a preview without its outputs. It tells neither the GitHub owner nor the AWS "
        "account. Take it anew with: PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview "
        "--json.\n",
    )


def test_a_stack_of_another_project(tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    file.write_text('{"deployment": {"resources": []}}')
    assert run("drift", "--from", str(file)) == Ended(
        2,
        "",
        f"{file}: neither a GitHub owner nor an AWS account in it. There is nothing to compare. "
        "Name a stack of this project, or hand in its export.\n",
    )
