"""The project's own workflows: what two linters say, and what has to hold whatever they say."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.engine.part import CLI_VERSION

ROOT = Path(__file__).parents[2]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
STACKS = sorted(file.name.split(".")[1] for file in ROOT.glob("Pulumi.*.yaml"))


def parsed(file: Path) -> dict[str, Any]:
    """Return a workflow; YAML reads its key `on` as true."""
    loaded: dict[Any, Any] = yaml.safe_load(file.read_text("utf-8"))
    return {"on" if key is True else key: value for key, value in loaded.items()}


def jobs(name: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = parsed(GITHUB / "workflows" / name)["jobs"]
    return found


def commands(name: str) -> list[str]:
    return [step["run"] for job in jobs(name).values() for step in job["steps"] if "run" in step]


def test_zizmor_finds_nothing() -> None:
    zizmor = Path(sys.executable).parent / "zizmor"
    ended = subprocess.run(
        [zizmor, "--offline", "--pedantic", "--no-progress", "--format", "json", GITHUB],
        capture_output=True,
        text=True,
        check=False,
    )
    assert json.loads(ended.stdout) == [], ended.stderr


def test_actionlint_finds_nothing(actionlint: Path) -> None:
    ended = subprocess.run([actionlint, *WORKFLOWS], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, ""), ended.stderr


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: str(file.name))
def test_every_job_has_only_the_rights_it_says(file: Path) -> None:
    workflow = parsed(file)
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        assert set(job["permissions"].items()) <= {("contents", "read"), ("id-token", "write")}


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: str(file.name))
def test_every_action_is_pinned_as_emitted_workflows_pin_it(file: Path) -> None:
    pins = json.loads((ROOT / "keyless" / "workflow" / "action_pins.json").read_text("utf-8"))
    for action, commit, tag in re.findall(r"uses: ([^@\s]+)@(\S+) # (\S+)", file.read_text()):
        assert re.fullmatch("[0-9a-f]{40}", commit)
        assert pins.get(action, {"commit": commit, "tag": tag}) == {"commit": commit, "tag": tag}


@pytest.mark.parametrize("file", [*WORKFLOWS, ROOT / "Makefile"], ids=lambda file: str(file.name))
def test_nothing_weakens_the_pack(file: Path) -> None:
    text = file.read_text("utf-8")
    assert "policy-pack-config" not in text
    assert "--skip-preview" not in text.replace("--skip-preview=false", "")
    for command in re.findall(
        r"(?:pulumi|\(PULUMI\)) (?:preview|up) .*?(?=\n\n|\n      -|\Z)", text, re.DOTALL
    ):
        assert "--policy-pack " in command, command


@pytest.mark.parametrize("target", ["preview", "up"])
def test_make_names_the_pack_once_whatever_the_shell_names(tmp_path: Path, target: str) -> None:
    pulumi = tmp_path / "pulumi"
    pulumi.write_text('#!/bin/sh\necho "$@"\nenv | grep POLICY\n')
    pulumi.chmod(0o755)
    settings = {"PULUMI_OPTION_POLICY_PACK": "policypack", "PULUMI_OPTION_POLICY_PACK_CONFIG": "x"}
    ended = subprocess.run(
        ["/usr/bin/env", "make", "--assume-old", ".venv/installed", "-i", "-s", target],
        cwd=ROOT,
        env={**os.environ, **settings, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout.splitlines()[-1] == f"{target} --stack staging --policy-pack policypack"


INSTALL = GITHUB / "install-pulumi"
ARCHIVES = {
    f"pulumi-v{CLI_VERSION}-linux-x64.tar.gz": "pulumi",
    **{
        f"pulumi-resource-{name}-v{version}-linux-amd64.tar.gz": f"pulumi-resource-{name}"
        for name, version in re.findall(
            r"^pulumi-(aws|github)==(\S+)",
            (ROOT / "requirements-run.txt").read_text(),
            re.MULTILINE,
        )
    },
}


def jobs_that_run_pulumi() -> Iterator[tuple[str, dict[str, Any]]]:
    for file in WORKFLOWS:
        for job in jobs(file.name).values():
            if any(
                re.search(r"\bpulumi |keyless drift", each.get("run", "")) for each in steps(job)
            ):
                yield file.name, job


def steps(job: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = job.get("steps", [])
    return found


def test_no_state_names_a_plugin_that_a_workflow_downloads() -> None:
    """Whoever writes the state could otherwise run code beside the tokens of the next job."""
    found = list(jobs_that_run_pulumi())
    assert {name for name, _ in found} == {"look.yml", "up.yml"}
    for _, job in found:
        assert job["env"]["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] == "true"
        run = [step["run"] for step in steps(job) if "run" in step]
        assert run[0].removeprefix("judge/") == ".github/install-pulumi"
        assert not any("pulumi" in step.get("uses", "") for step in steps(job))


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """Make a home, and a curl that hands over made archives, of which the first is the CLI."""
    downloads, tools = tmp_path / "published", tmp_path / "tools"
    for folder in (downloads, tools, tmp_path / "home"):
        folder.mkdir()
    for archive, executable in ARCHIVES.items():
        content = b'#!/bin/sh\necho "$*" >>"$HOME/said"\n'
        with tarfile.open(downloads / archive, "w:gz") as opened:
            entry = tarfile.TarInfo(f"pulumi/{executable}")
            entry.size, entry.mode = len(content), 0o755
            opened.addfile(entry, io.BytesIO(content))
    curl = tools / "curl"
    curl.write_text(f'#!/bin/sh\nfor last; do :; done\ncp "{downloads}/${{last##*/}}" .\n')
    curl.chmod(0o755)
    shutil.copy(INSTALL, tmp_path / "install-pulumi")
    return tmp_path


def install(place: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [place / "install-pulumi", *arguments],
        env={
            "PATH": f"{place / 'tools'}:{os.defpath}",
            "HOME": str(place / "home"),
            "GITHUB_PATH": str(place / "path"),
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_pulumi_is_installed_in_the_versions_that_are_tried(published: Path) -> None:
    assert install(published, "--lock").returncode == 0
    locked = (published / "pulumi.sha256").read_text().splitlines()
    assert [line.split()[1] for line in locked] == sorted(ARCHIVES)
    ended = install(published)
    assert ended.returncode == 0, ended.stderr
    assert (published / "home" / "said").read_text().splitlines() == [
        f"plugin install resource {name} {version} --file {archive}"
        for archive in sorted(ARCHIVES)[:2]
        for _, _, name, version, _, _ in [archive.split("-")]
    ]
    assert (published / "path").read_text() == f"{published / 'home' / '.pulumi' / 'bin'}\n"


@pytest.mark.parametrize("archive", ARCHIVES)
def test_an_archive_that_is_another_or_not_listed_is_not_unpacked(
    published: Path, archive: str
) -> None:
    install(published, "--lock")
    with (published / "published" / archive).open("ab") as changed:
        changed.write(b"x")
    assert "FAILED" in install(published).stdout
    checksums = published / "pulumi.sha256"
    lines = checksums.read_text().splitlines(keepends=True)
    checksums.write_text("".join(line for line in lines if archive not in line))
    assert install(published).returncode == 1
    assert list((published / "home").iterdir()) == []


def test_nothing_is_downloaded_without_checksums(published: Path) -> None:
    ended = install(published)
    assert ended.returncode == 1
    assert ended.stderr == (
        f"{published / 'pulumi.sha256'}: missing. Nothing is run that is not known by its "
        "checksum. Run `make lock-pulumi`, compare and commit it.\n"
    )


def test_pull_requests_are_judged_by_their_base_and_never_for_forks() -> None:
    assert set(parsed(GITHUB / "workflows" / "preview.yml")["on"]) == {"pull_request"}
    for job in jobs("preview.yml").values():
        assert job["if"] == "github.event.pull_request.head.repo.full_name == github.repository"
        assert job["with"]["judge"] == "${{ github.event.pull_request.base.sha }}"
        assert "PULL_REQUESTS_PREVIEW" in job["with"]["role"]
    for command in commands("look.yml"):
        if "pulumi " in command:
            assert "--policy-pack ../judge/policypack" in command


def test_what_is_judged_is_never_installed_and_runs_in_the_last_steps_alone() -> None:
    steps = jobs("look.yml")["look"]["steps"]
    ran = [step["run"] for step in steps if "run" in step and "working-directory" not in step]
    assert ran == [
        "judge/.github/install-pulumi",
        "make -C judge install",
        "ln -sT ../judge/.venv judged/.venv",
    ]
    judged = [step for step in steps if step.get("working-directory") == "judged"]
    assert judged == steps[-3:]
    assert [step["if"] for step in judged] == [
        "${{ !inputs.drift }}",
        "${{ inputs.drift }}",
        "${{ !cancelled() && inputs.drift }}",
    ]
    preview, drift, refresh = (step["run"] for step in judged)
    assert preview.startswith("pulumi preview ")
    assert drift == '../judge/.venv/bin/python -m keyless drift "$STACK" --bypass-unseen'
    assert "--refresh --expect-no-changes" in refresh


@pytest.mark.parametrize("name", ["preview.yml", "drift.yml"])
def test_every_stack_is_looked_at(name: str) -> None:
    assert sorted(job["with"]["stack"] for job in jobs(name).values()) == STACKS


def test_drift_is_looked_for_every_hour_of_every_day() -> None:
    workflow = parsed(GITHUB / "workflows" / "drift.yml")
    ((minute, *rest),) = [each["cron"].split() for each in workflow["on"]["schedule"]]
    assert minute.isdecimal()
    assert rest == ["*"] * 4
    assert all(job["with"]["drift"] is True for job in jobs("drift.yml").values())


def test_every_change_waits_for_an_approval_and_a_preview() -> None:
    changing = {name: job for name, job in jobs("up.yml").items() if name.startswith("up-")}
    assert sorted(name.removeprefix("up-") for name in changing) == STACKS
    for name, job in changing.items():
        stack = name.removeprefix("up-")
        config = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text("utf-8"))["config"]
        entry = config["keyless:repositories"]["keyless"]
        assert entry["environments"][job["environment"]]["reviewers"] != "none"
        assert f"preview-{stack}" in job["needs"]
        assert any("--skip-preview=false" in step.get("run", "") for step in job["steps"])


def test_code_owners_guard_what_judges() -> None:
    lines = (GITHUB / "CODEOWNERS").read_text("utf-8").splitlines()
    owned = {line.split()[0]: line.split()[1:] for line in lines if line and line[0] != "#"}
    assert owned["/policypack/"]
    assert owned["/.github/"]
