"""`keyless init` on a clone: nothing of the sample's company is left, and work is never lost."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from sandbox.sample import KEPT, sample_file
from tests.keyless.command_run import Ended, run

ROOT = Path(__file__).parents[3]
READ_BY_MACHINES = (
    "Pulumi.yaml", "Pulumi.prod.yaml", "Pulumi.staging.yaml", "policypack/config", ".github",
    "Makefile", "action.yml",
)  # fmt: skip
"""What Pulumi, GitHub and the pack read of a company; pages and examples name acme for good."""

WRITTEN = (
    *("Pulumi.prod.yaml", "Pulumi.staging.yaml", "policypack/config/prod.json"),
    *("policypack/config/staging.json", ".github/CODEOWNERS"),
    *(".github/workflows/look.yml", ".github/workflows/up.yml"),
)

OPTIONS = {
    "--owner": "Globex-Inc",
    "--owner-id": "4242",
    "--repository-id": "777888999",
    "--staging-account": "333333333333",
    "--prod-account": "444444444444",
    "--region": "us-west-2",
    "--team": "infra-leads",
}


def git(folder: Path, *words: str) -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
    command = ["/usr/bin/env", "git", *identity, *words]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Copy the files that git has here into a repository of their own."""
    folder = tmp_path / "clone"
    for name in git(ROOT, "ls-files", "-z", *READ_BY_MACHINES).split("\0"):
        if name:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(sample_file(name).read_bytes())
    git(folder, "init", "--quiet")
    commit(folder)
    return folder


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "all")


def init(folder: Path, **changed: str) -> Ended:
    options = OPTIONS | {f"--{name.replace('_', '-')}": text for name, text in changed.items()}
    return run(
        "init", "--folder", str(folder), *(word for pair in options.items() for word in pair)
    )


def test_nothing_of_the_sample_is_left_and_the_result_has_no_mistake(clone: Path) -> None:
    ended = init(clone)
    assert ended.status == 0, ended.err
    for file in clone.rglob("*"):
        if file.is_file() and ".git" not in file.relative_to(clone).parts:
            text = file.read_text("utf-8")
            for word in (
                "acme",
                "9919",
                "1111111",
                "2222222",
                "844556677",
                "eu-west-1",
                "storefront",
            ):
                assert word not in text, (file, word)
    checked = run("check", "--folder", str(clone))
    assert (checked.status, checked.out) == (
        0,
        "stack prod: no mistake\nstack staging: no mistake\n",
    )


def test_the_samples_files_are_kept_for_the_sandbox(clone: Path) -> None:
    (clone / "sandbox").mkdir()
    before = {name: (clone / name).read_bytes() for name in WRITTEN}
    assert init(clone).status == 0
    kept = clone / KEPT.relative_to(ROOT)
    files = {str(each.relative_to(kept)) for each in kept.rglob("*") if each.is_file()}
    assert files == set(WRITTEN)
    assert {name: (kept / name).read_bytes() for name in WRITTEN} == before


def test_each_stack_has_its_account_its_bucket_and_its_role(clone: Path) -> None:
    init(clone)
    stack = (clone / "Pulumi.prod.yaml").read_text("utf-8")
    assert 'aws:allowedAccountIds: ["444444444444"]' in stack
    assert '"arn:aws:s3:::globex-inc-keyless-prod"' in stack
    assert "id: 777888999" in stack
    settings = json.loads((clone / "policypack" / "config" / "prod.json").read_text())["settings"]
    assert settings["managed_policies"] == [
        {
            "arn": "arn:aws:iam::444444444444:policy/bootstrap/keyless-up",
            "roles": ["globex-inc-keyless-production-deploy"],
        }
    ]
    assert settings["state_buckets"] == [
        {
            "bucket": "globex-inc-keyless-prod",
            "roles": [
                "globex-inc-keyless-branch-main-read",
                "globex-inc-keyless-pull-requests-preview",
            ],
        }
    ]
    assert "@Globex-Inc/infra-leads" in (clone / ".github" / "CODEOWNERS").read_text()
    look = (clone / ".github" / "workflows" / "look.yml").read_text()
    assert "s3://globex-inc-keyless-${{ inputs.stack }}?region=${{ inputs.region }}" in look


@pytest.mark.parametrize(
    ("region", "partition", "audience"),
    [
        ("us-gov-west-1", "aws-us-gov", None),
        ("cn-north-1", "aws-cn", "sts.amazonaws.com.cn"),
        ("eusc-de-east-1", "aws-eusc", "sts.eusc-de-east-1.amazonaws.eu"),
    ],
)
def test_another_partition(clone: Path, region: str, partition: str, audience: str | None) -> None:
    ended = init(clone, region=region)
    assert ended.status == 0, ended.err
    written = [clone / "Pulumi.prod.yaml", clone / "policypack" / "config" / "prod.json"]
    arns = {arn for file in written for arn in re.findall(r"arn:[a-z-]+", file.read_text("utf-8"))}
    assert arns == {f"arn:{partition}"}
    assert run("check", "--folder", str(clone)).status == 0
    for name in ("look.yml", "up.yml"):
        jobs = yaml.safe_load((clone / ".github" / "workflows" / name).read_text("utf-8"))["jobs"]
        steps = [step for job in jobs.values() for step in job.get("steps", [])]
        asked = [s["with"] for s in steps if "role-to-assume" in s.get("with", {})]
        assert asked
        assert {each.get("audience") for each in asked} == {audience}


def test_it_ends_with_the_next_three_commands(clone: Path) -> None:
    assert init(clone).out.splitlines()[-3:] == [
        "make check STACK=staging",
        "make rights STACK=staging BUCKET=globex-inc-keyless-staging",
        "aws s3api create-bucket --bucket globex-inc-keyless-staging --region us-west-2 "
        "--create-bucket-configuration LocationConstraint=us-west-2",
    ]


def refused(clone: Path, sentence: str, **changed: str) -> None:
    before = git(clone, "status", "--porcelain")
    ended = init(clone, **changed)
    assert (ended.status, ended.err.splitlines()[0]) == (2, sentence)
    assert git(clone, "status", "--porcelain") == before


def test_a_changed_checkout_is_refused(clone: Path) -> None:
    (clone / "Makefile").write_text("")
    refused(
        clone,
        f'{clone}: "Makefile" is changed and not committed. It could be written over. Commit it or '
        "take it back.",
    )


def test_a_second_run_is_refused(clone: Path) -> None:
    init(clone)
    commit(clone)
    refused(
        clone,
        "Pulumi.staging.yaml: it names nothing of the sample's company. The file is somebody's own "
        "already, and nothing is written over it. Edit it by hand.",
    )


def test_an_own_entry_is_not_removed(clone: Path) -> None:
    file = clone / "Pulumi.prod.yaml"
    file.write_text(file.read_text().replace("\n    storefront:\n", "\n    shop:\n"))
    commit(clone)
    refused(
        clone,
        'Pulumi.prod.yaml: the entry "shop" is none of the sample\'s. Writing the file anew would '
        "remove it. Edit the file by hand.",
    )


@pytest.mark.parametrize(
    ("option", "text", "begins"),
    [
        ("owner", "globex/inc", '--owner: "globex/inc" is no GitHub owner.'),
        ("bucket", "Globex", '--bucket: "Globex" begins no name of a bucket.'),
        ("team", "Infra Leads", '--team: "Infra Leads" is no slug of a team.'),
        ("region", "mars-1", "aws:region: "),
        ("prod_account", "44", "aws:allowedAccountIds"),
        ("prod_account", "333333333333", '--prod-account: "333333333333" is the account of'),
    ],
)
def test_an_option_that_no_stack_file_takes(
    clone: Path, option: str, text: str, begins: str
) -> None:
    ended = init(clone, **{option: text})
    assert ended.status == 2
    assert ended.err.startswith(begins), ended.err
    assert git(clone, "status", "--porcelain") == ""


def test_an_id_without_a_token(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    words = [word for pair in OPTIONS.items() for word in pair if pair[0] != "--owner-id"]
    ended = run("init", "--folder", str(clone), *words)
    assert (ended.status, ended.err) == (
        2,
        "--owner-id: missing, and GITHUB_TOKEN is not set. Trust follows ids. Write --owner-id, as "
        "`gh api users/Globex-Inc --jq .id` prints it.\n",
    )
