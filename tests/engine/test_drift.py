"""Each thing that a hand can change on either side is found, and mended by the printed command."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from sandbox.sample import sample_file
from sandbox.world import World
from tests.engine.by_hand import (
    DEPLOY,
    EVERYTHING,
    FORGOTTEN,
    change_account,
    change_github,
    document,
    iam_of,
    run_printed,
)
from tests.engine.estate import made_by_hand, storefront
from tests.engine.stack import Deploy, Stack
from tests.keyless.golden import assert_golden


def estate() -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load(sample_file("Pulumi.prod.yaml").read_text())["config"]
    return config


def drift(stack: Stack, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run the review as a person would, in the stack's folder."""
    return subprocess.run(
        [sys.executable, "-m", "keyless", "drift", *(words or (stack.name,))],
        cwd=stack.bench.project,
        env={**stack.bench.environment, "COLUMNS": "4000"},
        capture_output=True,
        text=True,
        check=False,
    )


def findings(stack: Stack) -> list[dict[str, str]]:
    listed: list[dict[str, str]] = json.loads(drift(stack, stack.name, "--json").stdout)["findings"]
    return listed


def test_what_hands_changed_is_found_and_mended(deploy: Deploy, world: World) -> None:
    stack = deploy(estate()).unjudged
    stack.up()
    unchanged = drift(stack)
    assert unchanged.stdout == "prod: no drift, 44 resources are as the stack says.\n"
    assert (unchanged.returncode, unchanged.stderr) == (0, "")
    change_github(world)
    with iam_of(world) as iam:
        change_account(iam)
        before = len(world.journal.changes())
        ended = drift(stack)
        assert ended.returncode == 1
        assert world.environment("prod")["GITHUB_TOKEN"] not in ended.stdout + ended.stderr
        assert len(world.journal.changes()) == before
        assert_golden("drift.txt", ended.stdout)
        mend(stack, iam)
    assert drift(stack).stdout == unchanged.stdout


def test_what_a_refresh_took_in_is_found_and_mended(deployed: Stack) -> None:
    """A refresh writes into the state what is there, and leaves the output `access` alone."""
    unchanged = drift(deployed)
    assert unchanged.returncode == 0
    with iam_of(deployed.world) as iam:
        iam.update_assume_role_policy(RoleName=DEPLOY, PolicyDocument=document(FORGOTTEN))
        iam.delete_role_permissions_boundary(RoleName=DEPLOY)
        iam.update_role(RoleName=DEPLOY, MaxSessionDuration=43200)
        deployed.succeed("refresh", "--yes", "--skip-preview")
        assert [finding["kind"] for finding in findings(deployed)] == [
            "trust-edited",
            "boundary",
            "session",
        ]
        mend(deployed.unjudged, iam)
    assert drift(deployed).stdout == unchanged.stdout


def test_what_a_refresh_took_into_a_role_is_judged_until_it_is_removed(deployed: Stack) -> None:
    """The state says then what a hand wrote, and drift compares with the state."""
    with iam_of(deployed.world) as iam:
        reviewed = iam.get_role_policy(RoleName=DEPLOY, PolicyName="permissions")
        edited = document(EVERYTHING)
        iam.put_role_policy(RoleName=DEPLOY, PolicyName="permissions", PolicyDocument=edited)
        deployed.succeed("refresh", "--yes", "--skip-preview")
        said = 'inline policy "permissions" as the role itself has it, statement 1: action "s3:*"'
        assert said in deployed.fail("up", "--yes", "--refresh")
        words = f"--role-name {DEPLOY} --policy-name permissions"
        run_printed(deployed, f"aws iam delete-role-policy {words}")
        deployed.unjudged.up("--refresh")
        now = iam.get_role_policy(RoleName=DEPLOY, PolicyName="permissions")
    assert now["PolicyDocument"] == reviewed["PolicyDocument"]
    assert drift(deployed).returncode == 0


def mend(stack: Stack, iam: Any) -> None:
    """Run each command once, as printed; the program refuses until the others were run."""
    for command in dict.fromkeys(finding["repair"] for finding in findings(stack)):
        if command == "aws iam get-role --role-name forgotten | keyless audit -":
            assert_audited(stack, iam)
            iam.delete_role(RoleName="forgotten")
        else:
            run_printed(stack, command)


def assert_audited(stack: Stack, iam: Any) -> None:
    """Hand the role to the audit as the AWS command line prints it."""
    answer = iam.get_role(RoleName="forgotten")
    ended = subprocess.run(
        [sys.executable, "-m", "keyless", "audit", "-"],
        cwd=stack.bench.project,
        env=dict(stack.bench.environment),
        input=json.dumps({"Role": answer["Role"]}, default=str),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (1, "")
    assert ended.stdout.startswith("OWNER-WIDE  arn:aws:iam::222222222222:role/forgotten")


def test_what_a_first_up_would_take_over(deploy: Deploy, world: World, tmp_path: Path) -> None:
    """Without a state the preview is compared; a role that is there already ends that preview."""
    stack = deploy(storefront())
    with world.journal.turn:
        made_by_hand(world.github, "acme/storefront")
    before = tmp_path / "preview.json"
    previewed = stack.unjudged.bench.pulumi(
        *("preview", "--json", "--stack", "prod"), PULUMI_ENABLE_STREAMING_JSON_PREVIEW="true"
    )
    before.write_text(previewed.stdout[previewed.stdout.index("{") :])
    with iam_of(world) as iam:
        iam.create_role(
            RoleName=DEPLOY, Path="/keyless/", AssumeRolePolicyDocument=document(FORGOTTEN)
        )
    ended = drift(stack, "--from", str(before))
    assert (ended.returncode, ended.stderr) == (1, "")
    assert_golden("drift-adoption.txt", ended.stdout)
    ended = drift(stack.unjudged)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert (
        "`pulumi preview --json --non-interactive --stack prod` ended with status 1" in ended.stderr
    )
