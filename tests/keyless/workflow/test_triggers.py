"""What starts a workflow of the repository starts the new one, and nothing is added."""

from pathlib import Path

import pytest
import yaml

from tests.keyless.command_run import Ended, run
from tests.keyless.data import PROD

JOBS = "jobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n"
APART = (
    "the triggers cannot be taken out of the file. They are in braces with the rest, or name an "
    "anchor of it. Write on: by itself.\n"
)


def kept(folder: Path, text: str, repository: str = "checkout-api") -> Ended:
    file = folder / "deploy.yml"
    file.write_bytes(text.encode())
    return run("workflow", repository, "--from", str(PROD), "--triggers-of", str(file))


@pytest.mark.parametrize(
    "on",
    [
        "on: workflow_dispatch",
        "on: [workflow_dispatch]",
        "on:\n  workflow_dispatch:\n    inputs:\n      tag: {type: string} # which one",
        '"on":\n  # nightly\n  schedule:\n    - cron: "0 3 * * *"',
        "on: {push: {branches: [main], paths: ['src/**']}}",
    ],
)
def test_triggers_stay_as_they_are_written(on: str, tmp_path: Path) -> None:
    ended = kept(tmp_path, f"name: x\n\n{on}\n\n# jobs\n{JOBS}")
    assert (ended.status, ended.err) == (0, "")
    assert f"\n\n{on}\n\npermissions: {{}}\n" in ended.out
    assert ended.out.count("push:") == on.count("push:")


def test_only_the_triggers_change(tmp_path: Path) -> None:
    usual = run("workflow", "checkout-api", "--from", str(PROD)).out
    ended = kept(tmp_path, f"on: workflow_dispatch\r\n{JOBS}".replace("\n", "\r\n"))
    before, after = (yaml.safe_load(text) for text in (usual, ended.out))
    assert "push" in before[True]
    assert after.pop(True) == "workflow_dispatch"
    before.pop(True)
    assert after == before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"on":"push","jobs":{"a":{"steps":[]}}}', f":1: {APART}"),
        (f"env: {{A: &x main}}\non: {{push: {{branches: [*x]}}}}\n{JOBS}", f":2: {APART}"),
        (
            "jobs: [",
            ":2: no YAML (did not find expected node content). GitHub runs nothing of this file. "
            "Correct the line.\n",
        ),
        (JOBS, ":1: no on: in it. Nothing starts it. Name its events.\n"),
    ],
    ids=["braces", "alias", "no YAML", "no triggers"],
)
def test_a_file_without_triggers_of_its_own_is_refused(
    text: str, says: str, tmp_path: Path
) -> None:
    ended = kept(tmp_path, text)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == f"{tmp_path / 'deploy.yml'}{says}"


KEYS = (
    "jobs:\n  ship:\n    runs-on: x\n    steps:\n      - run: aws s3 ls\n        env:\n"
    "          AWS_ACCESS_KEY_ID: ${{ secrets.AWS_ACCESS_KEY_ID }}\n"
)
ENVIRONMENT = "jobs:\n  ship:\n    runs-on: x\n    environment: Production\n    steps: [{run: x}]\n"
TESTS = "on: {push: {}, pull_request: {}}\njobs:\n  test:\n    runs-on: x\n    steps: [{run: x}]\n"
BY_HAND = "on: workflow_dispatch\n"


def written(folder: Path, files: dict[str, str], *words: str) -> tuple[Ended, list[object]]:
    """Write the workflow of checkout-api into a checkout; return what starts it, too."""
    place = folder / ".github" / "workflows"
    place.mkdir(parents=True)
    for name, text in files.items():
        (place / name).write_text(text)
    ended = run("workflow", "checkout-api", "--from", str(PROD), "--write", str(folder), *words)
    new = sorted(set(place.glob("*.yml")) - {place / name for name in files})
    return ended, [yaml.safe_load(file.read_text())[True] for file in new]


@pytest.mark.parametrize(
    "text",
    [KEYS, ENVIRONMENT, JOBS, "name: Deployment\n" + JOBS.replace("deploy:", "all:")],
    ids=["key", "environment", "job", "name"],
)
def test_what_is_deployed_by_hand_stays_so(text: str, tmp_path: Path) -> None:
    files = {"ship.yml": BY_HAND + text, "test.yml": TESTS}
    ended, ons = written(tmp_path, files)
    assert (ended.status, ons) == (0, ["workflow_dispatch"])
    place = tmp_path / ".github" / "workflows"
    assert ended.err == (
        f"{place}/ship.yml: acme-checkout-api-production-deploy keeps its triggers\n"
        f"{place}/deploy-production.yml: written\n"
    )


def test_the_workflow_of_the_environment_goes_before_others(tmp_path: Path) -> None:
    schedule = 'on: {schedule: [{cron: "0 3 * * *"}]}\n'
    files = {"a.yml": "on: push\n" + KEYS, "b.yml": schedule + ENVIRONMENT}
    _, ons = written(tmp_path, files)
    assert ons == [{"schedule": [{"cron": "0 3 * * *"}]}]


def test_tests_of_a_checkout_say_nothing_about_a_deployment(tmp_path: Path) -> None:
    ended, ons = written(tmp_path, {"test.yml": TESTS})
    assert ended.status == 0
    assert ons == [{"push": {"branches": ["main"]}, "workflow_dispatch": None}]


def test_a_reusable_workflow_starts_nothing_and_its_caller_does(tmp_path: Path) -> None:
    call = "on: workflow_dispatch\njobs:\n  all:\n    uses: ./.github/workflows/called.yml\n"
    files = {"called.yml": "on: workflow_call\n" + KEYS, "run.yml": call}
    _, ons = written(tmp_path, files)
    assert ons == ["workflow_dispatch"]


def test_several_that_are_started_differently_are_refused(tmp_path: Path) -> None:
    files = {"a.yml": BY_HAND + KEYS, "b.yml": "on: push\n" + KEYS}
    ended, ons = written(tmp_path, files)
    assert (ended.status, ons) == (2, [])
    assert ended.err == (
        ".github/workflows/a.yml and .github/workflows/b.yml: these workflows are started by "
        "different events. Which of them becomes the one of acme-checkout-api-production-deploy "
        "cannot be read. Name the role, and write --triggers-of FILE.\n"
    )
    again = tmp_path / "again"
    named = str(tmp_path / ".github" / "workflows" / "a.yml")
    ended, ons = written(again, files, "--triggers-of", named)
    assert (ended.status, ons) == (0, ["workflow_dispatch"])


def test_a_file_that_github_does_not_run_is_reported(tmp_path: Path) -> None:
    ended, ons = written(tmp_path, {"deploy.yml": "on: [\n"})
    assert ended.err.startswith(
        f"{tmp_path}/.github/workflows/deploy.yml:2: not looked at for triggers to keep: no YAML ("
    )
    assert len(ons) == 1


@pytest.mark.parametrize(
    ("on", "says"),
    [
        (
            "on: {push: {tags: ['v*']}}",
            "push: The role is for main, and the run is on refs/tags/v*",
        ),
        ("on: pull_request", "pull_request: A pull request asks for a role that is for something"),
        ("on: workflow_call", "workflow_call: Nothing in the checkout calls the workflow."),
    ],
)
def test_a_kept_event_that_the_role_refuses_is_reported(on: str, says: str, tmp_path: Path) -> None:
    ended = kept(tmp_path, f"{on}\n{JOBS}")
    assert ended.status == 1
    assert f"\n{on}\n" in ended.out
    assert ended.err.startswith(f".github/workflows/deploy-production.yml: {says}")


@pytest.mark.parametrize(
    "on",
    [
        "on: {push: {branches: [main, next]}}",
        'on: {schedule: [{cron: "0 3 * * *"}], workflow_dispatch: }',
        "on: {workflow_run: {workflows: [CI], types: [completed]}}",
    ],
)
def test_a_kept_event_that_the_role_lets_in_is_not(on: str, tmp_path: Path) -> None:
    ended = kept(tmp_path, f"{on}\n{JOBS}")
    assert (ended.status, ended.err) == (0, "")
