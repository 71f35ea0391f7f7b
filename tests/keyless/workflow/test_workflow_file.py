"""The emitted workflows: as they were looked at, and as two linters see them."""

import json
import re
import subprocess
import sys
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
import yaml

from keyless.stack.role import Role
from keyless.workflow.workflow_file import WorkflowFile, workflow_files
from tests.keyless.data import PROD, STAGING, roles, spoiled
from tests.keyless.golden import assert_golden


def sample_files() -> list[WorkflowFile]:
    """Return the workflows of every role of the sample estate."""
    by_repository = groupby(
        sorted(roles(PROD, STAGING), key=lambda role: role.full_name),
        key=lambda role: role.full_name,
    )
    return [file for _, members in by_repository for file in workflow_files(list(members))]


def odd_files() -> list[WorkflowFile]:
    """Return workflows of roles whose names and patterns are unusual."""
    return [
        *workflow_files([spoiled(branches=["release/?", "feat+x", "!main", "[abc]x", "**/x"])]),
        *workflow_files([spoiled(tags=["v[0-9].*", "[!a]*", "**"], branches=["true", "no"])]),
        *workflow_files([spoiled(branches=[], tags=[])]),
        *workflow_files([spoiled(context="environment/Ümläut & co: #1")]),
        *workflow_files([spoiled(context="environment/x${{ github.token }}")]),
        *workflow_files([spoiled(session_minutes=15)]),
        *workflow_files(
            [
                spoiled(
                    partition="aws-cn",
                    region="cn-north-1",
                    role_arn="arn:aws-cn:iam::222222222222:role/a",
                )
            ]
        ),
        *workflow_files(
            [spoiled(context="branch/on", approval=None, workflows=[f"a/b/{PATH}@{'0' * 40}"])]
        ),
    ]


PATH = ".github/workflows/x.yml"


def parsed(file: WorkflowFile) -> dict[str, Any]:
    """Return a workflow; YAML reads its key `on` as true."""
    loaded: dict[Any, Any] = yaml.safe_load(file.text)
    return {"on" if key is True else key: value for key, value in loaded.items()}


def only(file: WorkflowFile) -> dict[str, Any]:
    (job,) = parsed(file)["jobs"].values()
    assert isinstance(job, dict)
    return job


def credentials(file: WorkflowFile) -> dict[str, Any]:
    step = only(file)["steps"][1]["with"]
    assert isinstance(step, dict)
    return step


@pytest.mark.parametrize("data", [PROD, STAGING], ids=["prod", "staging"])
def test_storefront(data: Path) -> None:
    files = workflow_files([role for role in roles(data) if role.repository == "storefront"])
    assert_golden(f"workflow-{data.stem}.yml", "---\n".join(file.text for file in files))


@pytest.mark.parametrize("file", [*sample_files(), *odd_files()], ids=lambda file: file.path)
def test_rights_are_the_jobs_alone(file: WorkflowFile) -> None:
    assert parsed(file)["permissions"] == {}
    assert only(file)["permissions"] == {"contents": "read", "id-token": "write"}


def test_a_caller_takes_no_path_of_what_it_calls() -> None:
    (plain, *_) = workflow_files([spoiled()])
    pin = f"{plain.repository}/{plain.path}@refs/heads/main"
    caller, called = workflow_files([spoiled(workflows=[pin])])
    assert called.path == plain.path
    assert caller.path == plain.path.replace(".yml", "-2.yml")


def test_each_file_has_a_path_of_its_own() -> None:
    twins = [
        spoiled(context="environment/a.b", variable="AWS_ROLE_ARN"),
        spoiled(context="environment/a-b", variable="AWS_ROLE_ARN"),
    ]
    assert [file.path for file in workflow_files(twins)] == [
        ".github/workflows/deploy-a-b.yml",
        ".github/workflows/deploy-a-b-2.yml",
    ]


class TestPlace:
    def test_environment(self) -> None:
        (file,) = workflow_files([spoiled()])
        assert only(file)["environment"] == "production"
        assert parsed(file)["on"] == {
            "push": {"branches": ["main"], "tags": ["v*"]},
            "workflow_dispatch": None,
        }
        assert credentials(file)["role-to-assume"] == "${{ vars.AWS_ROLE_ARN }}"
        assert credentials(file)["aws-region"] == "${{ vars.AWS_REGION }}"

    def test_merge_queue(self) -> None:
        queue = "gh-readonly-queue/main/*"
        (both,) = workflow_files([spoiled(branches=["main", queue], tags=[])])
        assert parsed(both)["on"] == {
            "push": {"branches": ["main"]},
            "merge_group": None,
            "workflow_dispatch": None,
        }
        (alone,) = workflow_files([spoiled(branches=[queue], tags=[])])
        assert parsed(alone)["on"] == {"merge_group": None, "workflow_dispatch": None}

    def test_branch(self) -> None:
        (file,) = workflow_files([spoiled(context="branch/develop", approval=None, variable="V")])
        assert "environment" not in only(file)
        assert parsed(file)["on"] == {"push": {"branches": ["develop"]}}
        assert credentials(file)["role-to-assume"] == "${{ vars.V }}"
        assert credentials(file)["aws-region"] == "eu-west-1"

    def test_pull_requests(self) -> None:
        (file,) = workflow_files([spoiled(context="pull_requests", approval=None)])
        assert parsed(file)["on"] == {"pull_request": None}
        assert only(file)["if"] == (
            "github.event.pull_request.head.repo.full_name == github.repository"
        )

    def test_review_environment(self) -> None:
        (file,) = workflow_files([spoiled(branches=["refs/pull/*/merge"], tags=[])])
        workflow = parsed(file)
        assert workflow["on"] == {
            "pull_request": {"types": ["opened", "reopened", "synchronize", "closed"]}
        }
        own = "github.event.pull_request.head.repo.full_name == github.repository"
        assert {name: job["if"] for name, job in workflow["jobs"].items()} == {
            "deploy": f"github.event.action != 'closed' && {own}",
            "clean-up": "github.event.action == 'closed' && "
            f"!github.event.pull_request.merged && {own}",
        }
        assert {job["environment"] for job in workflow["jobs"].values()} == {"production"}
        assert "pull_request.number" in workflow["concurrency"]["group"]

    def test_writing_is_never_cancelled(self) -> None:
        (writing,) = workflow_files([spoiled()])
        (reading,) = workflow_files([spoiled(permissions=[])])
        assert parsed(writing)["concurrency"]["cancel-in-progress"] is False
        assert parsed(reading)["concurrency"]["cancel-in-progress"] is True

    def test_environment_of_the_workflow_is_no_expression(self) -> None:
        (file,) = workflow_files([spoiled(context="environment/x${{ github.token }}")])
        assert only(file)["environment"] == "x${{ '${{' }} github.token }}"
        assert "${{ github.token }}" not in re.sub("#.*", "", file.text)

    @pytest.mark.parametrize(
        ("pattern", "trigger"),
        [
            ("release/*", "release/*"),
            ("release/?", "release/*"),
            ("**/x", "**/x"),
            ("x/**", "x/*"),
            ("[abc]x", "[abc]x"),
            ("v[0-9].*", "v[0-9].*"),
            ("[!a]x", "*x"),
            ("!main", "*main"),
            ("a+b", "a*b"),
        ],
    )
    def test_pattern_becomes_a_trigger_as_wide(self, pattern: str, trigger: str) -> None:
        (file,) = workflow_files([spoiled(branches=[pattern], tags=[])])
        assert parsed(file)["on"]["push"] == {"branches": [trigger]}


class TestSession:
    @pytest.mark.parametrize(
        ("minutes", "seconds", "job"), [(15, 900, 15), (60, 3600, 60), (720, 43200, 360)]
    )
    def test_duration_is_the_roles(self, minutes: int, seconds: int, job: int) -> None:
        (file,) = workflow_files([spoiled(session_minutes=minutes)])
        assert credentials(file)["role-duration-seconds"] == seconds
        assert only(file)["timeout-minutes"] == job

    def test_other_account_is_refused(self) -> None:
        (file,) = workflow_files([spoiled()])
        assert credentials(file)["allowed-account-ids"] == "222222222222"

    def test_audience_of_another_partition(self) -> None:
        (file,) = workflow_files(
            [spoiled(partition="aws-cn", role_arn="arn:aws-cn:iam::222222222222:role/a")]
        )
        assert credentials(file)["audience"] == "sts.amazonaws.com.cn"
        assert "audience" not in credentials(workflow_files([spoiled()])[0])


class TestReusableWorkflow:
    def pinned(self, *pins: str) -> tuple[WorkflowFile, ...]:
        return workflow_files([spoiled(workflows=list(pins))])

    def test_caller_and_called_fit(self) -> None:
        caller, called = self.pinned("acme/pipelines/.github/workflows/go.yml@refs/tags/v3")
        assert only(caller)["uses"] == "acme/pipelines/.github/workflows/go.yml@v3"
        assert set(only(caller)["with"]) == set(parsed(called)["on"]["workflow_call"]["inputs"])
        assert "environment" not in only(caller)
        assert only(called)["environment"] == "${{ inputs.environment }}"
        assert credentials(called)["role-to-assume"] == "${{ vars.AWS_ROLE_ARN }}"
        assert (called.repository, called.path, called.ref) == (
            "acme/pipelines",
            ".github/workflows/go.yml",
            "refs/tags/v3",
        )

    @pytest.mark.parametrize(
        ("ref", "short"),
        [("refs/heads/main", "main"), ("refs/tags/a/b", "a/b"), ("0" * 40, "0" * 40)],
    )
    def test_ref(self, ref: str, short: str) -> None:
        caller, _ = self.pinned(f"a/b/.github/workflows/x.yml@{ref}")
        assert only(caller)["uses"] == f"a/b/.github/workflows/x.yml@{short}"

    def test_further_pins_are_reported(self) -> None:
        caller, *called = self.pinned(f"a/b/{PATH}@refs/tags/v1", f"a/c/{PATH}@refs/tags/v2")
        assert f"# This one is trusted as well: a/c/{PATH}@v2\n" in caller.text
        assert [file.repository for file in called] == ["a/b", "a/c"]

    def test_without_environment_nothing_is_handed_over(self) -> None:
        role = spoiled(context="branch/x", approval=None, workflows=[f"a/b/{PATH}@refs/tags/v1"])
        caller, called = workflow_files([role])
        assert "with" not in only(caller)
        assert parsed(called)["on"] == {"workflow_call": None}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with every workflow, each under a name of its own."""
    folder = tmp_path_factory.mktemp("checkout") / ".github" / "workflows"
    folder.mkdir(parents=True)
    for number, file in enumerate([*sample_files(), *odd_files()]):
        (folder / f"{number:02d}-{Path(file.path).name}").write_text(file.text, "utf-8")
    return folder


class TestLinters:
    def test_zizmor(self, checkout: Path) -> None:
        zizmor = Path(sys.executable).with_name("zizmor")
        ended = subprocess.run(
            [zizmor, "--offline", "--persona=auditor", "--format=json", checkout],
            capture_output=True,
            text=True,
            check=False,
        )
        assert json.loads(ended.stdout) == []
        assert ended.returncode == 0

    def test_actionlint(self, checkout: Path, actionlint: Path) -> None:
        ended = subprocess.run(
            [actionlint, "-shellcheck=", "-pyflakes=", *sorted(checkout.iterdir())],
            cwd=checkout,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ended.stdout, ended.stderr, ended.returncode) == ("", "", 0)


def test_roles_are_only_read() -> None:
    role: Role = spoiled()
    workflow_files([role])
    assert role == spoiled()
