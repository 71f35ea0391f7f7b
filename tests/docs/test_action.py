"""The Action and the hooks for pre-commit: linted, and their steps run on made files."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from keyless.estate.access_output import access_output
from keyless.estate.composed_roles import as_typed, compose_roles
from keyless.jobs.stack_file import settings_of
from sandbox.sample import sample_file
from tests.keyless.command_run import run
from tests.keyless.trust_policies import policy

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
GUIDE = (ROOT / "docs" / "guides" / "in-a-pipeline.md").read_text("utf-8")
WORKFLOWS = dict(re.findall(r"<!-- workflow: (\S+) -->\n```yaml\n(.*?)```\n", GUIDE, re.DOTALL))
CASES = ROOT / "tests" / "keyless" / "jobs" / "cases"


@dataclass(frozen=True)
class Step:
    """How the last step ended, and where it ran."""

    status: int
    out: str
    folder: Path


@pytest.fixture
def runner_temp(tmp_path: Path) -> Path:
    """Return the folder of a runner in which the first step has installed packages."""
    python = tmp_path / "runner" / "keyless" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    return tmp_path / "runner"


def act(runner_temp: Path, **given: str) -> Step:
    """Run the step that runs the command, as the runner does: inputs in the environment alone."""
    step = STEPS[-1]
    folder = runner_temp.parent / "checkout"
    folder.mkdir(exist_ok=True)
    values = {name: entry.get("default", "") for name, entry in ACTION["inputs"].items()} | given
    settings = {
        name: str(ROOT) if "action_path" in text else values[text[len("${{ inputs.") : -len(" }}")]]
        for name, text in step["env"].items()
    }
    ended = subprocess.run(
        ["/usr/bin/env", "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "RUNNER_TEMP": str(runner_temp), **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    return Step(ended.returncode, ended.stdout + ended.stderr, folder)


def audited(runner_temp: Path, subject: str) -> str:
    file = runner_temp / "roles.json"
    role = {"RoleName": "deploy", "AssumeRolePolicyDocument": policy(subject)}
    file.write_text(json.dumps([role]))
    return str(file)


def test_a_finding_is_annotated_and_fails_the_step(runner_temp: Path) -> None:
    file = audited(runner_temp, "repo:acme/*")
    step = act(runner_temp, command="audit", arguments=file)
    assert step.status == 1
    assert step.out.startswith(f"::error file={file},line=1,col=1,title=keyless owner-wide::Role ")


def test_arguments_are_words_and_nothing_else(runner_temp: Path) -> None:
    act(runner_temp, command="audit", arguments="$(touch made) `touch made`; touch made\n*")
    step = act(runner_temp, command="$(touch made)", arguments="")
    assert list(step.folder.iterdir()) == []
    assert (step.status, step.out) == (
        2,
        "::error::command: it is none of jobs, audit and check. Write one of them.\n",
    )


def test_the_checkout_is_not_imported(runner_temp: Path) -> None:
    folder = runner_temp.parent / "checkout"
    for name in ("keyless", "yaml"):
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text("raise SystemExit('imported')")
    step = act(runner_temp, command="audit", arguments=audited(runner_temp, "repo:acme/*"))
    assert step.out.startswith("::error file=")


def test_sarif_is_written_in_place_of_annotations(runner_temp: Path) -> None:
    file = audited(runner_temp, "repo:acme/*")
    step = act(runner_temp, command="audit", arguments=file, sarif="keyless.sarif")
    assert (step.status, step.out) == (1, "")
    log = json.loads((step.folder / "keyless.sarif").read_text())
    assert log["runs"][0]["results"][0]["ruleId"] == "owner-wide"


def test_jobs_that_get_in_and_jobs_that_do_not(runner_temp: Path) -> None:
    case = CASES / "04-event-as-text-without-right"
    repository = json.loads((case / "expected.json").read_text())["repository"]
    words = f"{case}/checkout --config {case}/stack.yaml --stack prod --repository {repository}"
    step = act(runner_temp, command="jobs", arguments=words)
    assert step.status == 1
    assert (
        "::error file=.github/workflows/sam.yml,line=11,col=1,title=keyless no-id-token::deploy"
        in (step.out)
    )


def test_the_guides_step_reads_the_output_that_is_published(runner_temp: Path) -> None:
    case = CASES / "04-event-as-text-without-right"
    settings = settings_of(str(case / "stack.yaml"), "prod")
    access = access_output(settings, compose_roles(settings, as_typed(settings)))
    (runner_temp / "access.json").write_text(json.dumps(access))
    repository = json.loads((case / "expected.json").read_text())["repository"]
    folder = runner_temp.parent / "checkout"
    shutil.copytree(case / "checkout", folder)
    for words in (["init", "-q"], ["remote", "add", "origin", f"https://github.com/{repository}"]):
        subprocess.run(["git", *words], cwd=folder, check=True)  # noqa: S607
    (job,) = yaml.safe_load(WORKFLOWS["keyless-jobs.yml"])["jobs"].values()
    given = job["steps"][-1]["with"]
    words = given["arguments"].replace("${{ runner.temp }}", str(runner_temp))
    refused = act(runner_temp, command=given["command"], arguments=words)
    assert refused.status == 1
    assert refused.out.startswith(
        "::error file=.github/workflows/sam.yml,line=11,col=1,title=keyless no-id-token::deploy"
    )
    file = folder / ".github" / "workflows" / "sam.yml"
    file.write_text(
        file.read_text().replace("contents: read\n", "contents: read\n  id-token: write\n", 1)
    )
    mended = act(runner_temp, command=given["command"], arguments=words)
    assert "no-id-token" not in mended.out
    assert "::error" not in mended.out


def test_check_annotates_a_mistake_at_its_column(runner_temp: Path) -> None:
    folder = runner_temp.parent / "checkout" / "infra"
    folder.mkdir(parents=True)
    (folder / "Pulumi.prod.yaml").write_text(
        sample_file("Pulumi.prod.yaml").read_text("utf-8").replace("wait_minutes: 10", "wait: 10")
    )
    step = act(runner_temp, command="check", arguments="--folder infra")
    assert step.status == 1
    (line,) = step.out.splitlines()
    assert line.startswith(
        "::error file=infra/Pulumi.prod.yaml,line=21,col=11,title=keyless stack-file::"
        "keyless:repositories.storefront.environments.production.wait: "
    )


def test_a_clean_project_prints_nothing(runner_temp: Path) -> None:
    step = act(runner_temp, command="check", arguments=f"--folder {ROOT}")
    assert (step.status, step.out) == (0, "")


def test_no_input_is_written_into_a_script() -> None:
    assert not any("${{" in step["run"] for step in STEPS)
    assert not any("uses" in step for step in STEPS)


def test_packages_are_installed_by_hash_and_are_those_of_the_project() -> None:
    install = STEPS[0]["run"]
    assert "--no-deps --require-hashes" in install
    assert len(re.findall(r'python3?"? -I ', install)) == len(install.splitlines())
    pins = re.findall(
        r"^(\S+)==(\S+)", (ROOT / "requirements-commands.txt").read_text(), re.MULTILINE
    )
    everywhere = re.findall(r"^(\S+)==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert set(pins) <= set(everywhere)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert {Requirement(each).name for each in project["dependencies"]} <= dict(pins).keys()


def test_zizmor_finds_nothing(tmp_path: Path) -> None:
    written(tmp_path)
    zizmor = Path(sys.executable).parent / "zizmor"
    ended = subprocess.run(
        [zizmor, "--offline", "--pedantic", "--no-progress", "--format", "json",
         tmp_path, ROOT / "action.yml"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert json.loads(ended.stdout) == [], ended.stderr


def test_actionlint_finds_nothing(actionlint: Path, tmp_path: Path) -> None:
    ended = subprocess.run(
        [actionlint, *written(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (0, ""), ended.stderr


def written(folder: Path) -> list[Path]:
    """Write the guide's workflows where a repository has them."""
    assert sorted(WORKFLOWS) == ["keyless-audit.yml", "keyless-jobs.yml"]
    workflows = folder / ".github" / "workflows"
    workflows.mkdir(parents=True)
    for name, text in WORKFLOWS.items():
        (workflows / name).write_text(text)
    return [workflows / name for name in WORKFLOWS]


def test_the_guides_pins_are_those_of_the_project() -> None:
    pins = json.loads((ROOT / "keyless" / "workflow" / "action_pins.json").read_text("utf-8"))
    for action, commit, tag in re.findall(r"uses: ([^@\s]+)@(\S+) # (\S+)", GUIDE):
        if action != "acme/keyless":
            assert pins[action] == {"commit": commit, "tag": tag}


def test_the_guides_steps_give_inputs_that_the_action_has() -> None:
    for text in WORKFLOWS.values():
        (job,) = yaml.safe_load(text)["jobs"].values()
        (given,) = [step["with"] for step in job["steps"] if "keyless@" in step.get("uses", "")]
        assert given.keys() <= ACTION["inputs"].keys()


def test_the_hooks_run_commands_that_exist() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    for hook in hooks:
        program, *words = hook["entry"].split()
        assert program == "keyless"
        assert run(*words, "--help").status == 0
    check, audit = (re.compile(hook["files"]) for hook in hooks)
    assert check.search("Pulumi.prod.yaml")
    assert check.search("policypack/config/prod.json")
    assert not check.search("package.json")
    assert audit.search("cdk.out/Roles.template.json")
    assert not audit.search("package.json")
