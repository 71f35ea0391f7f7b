"""`--triggers-of` keeps what starts a workflow, and adds nothing."""

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
