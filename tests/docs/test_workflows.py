"""The project's own workflows: what two linters say, and what has to hold whatever they say."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from keyless.estate.composed_roles import as_typed, compose_roles
from keyless.estate.reading import read_settings
from sandbox.engine.part import CLI_VERSION
from tests.keyless.stacks.made import REPOSITORIES, git, made_estate, write

MOST_LEGS = 256
"""Jobs of a matrix ("Running variations of jobs in a workflow", GitHub Docs)."""

ROOT = Path(__file__).parents[2]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
RIGHTS = {("contents", "read"), ("id-token", "write"), ("actions", "read")}
STACKS = sorted(file.name.split(".")[1] for file in ROOT.glob("Pulumi.*.yaml"))


def parsed(file: Path) -> dict[str, Any]:
    """Return a workflow; YAML reads its key `on` as true."""
    loaded: dict[Any, Any] = yaml.safe_load(file.read_text("utf-8"))
    return {"on" if key is True else key: value for key, value in loaded.items()}


def jobs(name: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = parsed(GITHUB / "workflows" / name)["jobs"]
    return found


def commands(name: str) -> list[str]:
    return [step["run"] for job in jobs(name).values() for step in steps(job) if "run" in step]


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
        assert set(job["permissions"].items()) <= RIGHTS


def test_only_what_builds_nothing_can_publish() -> None:
    build, publish = jobs("release.yml").values()
    assert build["permissions"] == {"contents": "read"}
    assert publish["permissions"] == {"id-token": "write"}
    assert publish["environment"] == "release"
    assert not [step for step in steps(publish) if "run" in step]
    assert "secrets." not in (GITHUB / "workflows" / "release.yml").read_text("utf-8")


@pytest.mark.parametrize(("tag", "status"), [("v{}", 0), ("v{}.1", 1), ("{}", 1)])
def test_a_tag_is_the_version_of_the_package(tag: str, status: int) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    (command,) = [each for each in commands("release.yml") if "TAG" in each]
    ended = subprocess.run(
        ["/usr/bin/env", "bash", "-e", "-c", command],
        cwd=ROOT,
        env={**os.environ, "TAG": tag.format(version)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == status, ended.stderr
    if status:
        assert ended.stdout == (
            f"::error::tag {tag.format(version)}: pyproject.toml says {version}. The package would "
            f"have another version than its tag. Tag v{version}.\n"
        )


def test_runs_are_read_in_a_job_that_does_nothing_else() -> None:
    found = {
        (file.name, name): job
        for file in WORKFLOWS
        for name, job in jobs(file.name).items()
        if "actions" in job["permissions"]
    }
    assert list(found) == [("up.yml", "last-up")]
    assert found["up.yml", "last-up"]["permissions"] == {"actions": "read"}


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
    for command in re.findall(
        r"(?:pulumi|\(PULUMI\)) (?:preview|up) .*?(?=\n\n|\n      -|\Z)", text, re.DOTALL
    ):
        assert "--policy-pack " in command, command


@pytest.mark.parametrize(
    "file",
    [*WORKFLOWS, ROOT / "Makefile", ROOT / "README.md", *sorted(ROOT.glob("docs/guides/*.md"))],
    ids=lambda file: str(file.name),
)
def test_no_preview_is_skipped(file: Path) -> None:
    text = file.read_text("utf-8")
    assert "--skip-preview" not in text.replace("--skip-preview=false", "")


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
    """Anybody who writes the state could otherwise run code beside the tokens of the next job."""
    found = list(jobs_that_run_pulumi())
    assert {name for name, _ in found} == {"look.yml", "up.yml"}
    for _, job in found:
        assert job["env"]["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] == "true"
        run = [step["run"] for step in steps(job) if "run" in step]
        assert run[0].removeprefix("judge/") == ".github/install-pulumi"
        assert not any("pulumi" in step.get("uses", "") for step in steps(job))


def test_the_stack_file_is_checked_before_there_is_a_token() -> None:
    """Pulumi asks the secrets provider of a stack file before the program can refuse it."""
    for name, job in jobs_that_run_pulumi():
        (checked,) = [each for each in steps(job) if "keyless check" in each.get("run", "")]
        before, after = steps(job)[: steps(job).index(checked)], steps(job)
        assert [each for each in after if "role-to-assume" in each.get("with", {})]
        assert not [
            each
            for each in before
            if "role-to-assume" in each.get("with", {})
            or "private-key" in each.get("with", {})
            or "PULUMI_BACKEND_URL" in each.get("env", {})
        ]
        if name == "look.yml":
            assert checked["working-directory"] == "judge"
            assert checked["run"].endswith('check "$STACK" --folder ../judged')


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
    ended = install(published)
    assert (ended.returncode, ended.stderr) == (
        1,
        f"{checksums}: {archive} is not listed. Nothing is run that is not known by its checksum. "
        "Run `make lock-pulumi`, compare and commit it.\n",
    )
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
    found = jobs("preview.yml")
    own = "github.event.pull_request.head.repo.full_name == github.repository"
    assert found["stacks"]["if"] == own
    assert found["preview"]["needs"] == "stacks"
    assert found["preview"]["if"] == "needs.stacks.outputs.every != '[]'"
    for name in ("stacks", "preview"):
        assert found[name]["with"]["judge"] == "${{ github.event.pull_request.base.sha }}"
    assert found["preview"]["with"]["role"] == "${{ vars[matrix.pull_requests] }}"
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


LOOKING = [("preview.yml", "preview"), ("drift.yml", "drift"), ("up.yml", "preview")]
CHANGING = {"up-first": "first", "up-then": "then"}


@pytest.mark.parametrize(("file", "name"), LOOKING)
def test_every_stack_is_looked_at_in_a_leg_of_its_own(file: str, name: str) -> None:
    job = jobs(file)[name]
    assert job["strategy"]["matrix"] == {"include": "${{ fromJSON(needs.stacks.outputs.every) }}"}
    assert {key: job["with"][key] for key in ("stack", "account", "region")} == {
        key: f"${{{{ matrix.{key} }}}}" for key in ("stack", "account", "region")
    }


def test_legs_are_bounded_and_none_is_broken_off_since_another_failed() -> None:
    """A run of Pulumi that is broken off leaves a lock and operations that nobody knows of."""
    found = [job for file in WORKFLOWS for job in jobs(file.name).values() if "strategy" in job]
    assert len(found) == len(LOOKING) + len(CHANGING)
    for job in found:
        assert job["strategy"]["fail-fast"] is False
        assert job["strategy"]["max-parallel"] == 2


def test_drift_is_looked_for_every_hour_of_every_day() -> None:
    workflow = parsed(GITHUB / "workflows" / "drift.yml")
    ((minute, *rest),) = [each["cron"].split() for each in workflow["on"]["schedule"]]
    assert minute.isdecimal()
    assert rest == ["*"] * 4
    assert jobs("drift.yml")["drift"]["with"]["drift"] is True
    assert "since" not in jobs("drift.yml")["stacks"]["with"]


def test_every_change_waits_for_an_approval_and_a_preview() -> None:
    changing = {name: job for name, job in jobs("up.yml").items() if name.startswith("up-")}
    assert set(changing) == set(CHANGING)
    for name, job in changing.items():
        wave = f"${{{{ fromJSON(needs.stacks.outputs.{CHANGING[name]}) }}}}"
        assert job["strategy"]["matrix"] == {"include": wave}
        assert job["environment"] == "${{ matrix.environment }}"
        assert {"stacks", "preview"} <= set(job["needs"])
        (command,) = [each["run"] for each in job["steps"] if "pulumi up " in each.get("run", "")]
        assert '--stack "$STACK"' in command
        assert "--skip-preview=false" in command


def test_the_second_wave_waits_for_the_first_and_goes_on_where_there_is_none() -> None:
    job = jobs("up.yml")["up-then"]
    assert "up-first" in job["needs"]
    assert job["if"] == (
        "${{ !cancelled() && !failure() && needs.preview.result == 'success' "
        "&& needs.stacks.outputs.then != '[]' }}"
    )


def test_both_waves_are_brought_up_by_the_same_steps() -> None:
    first, then = (jobs("up.yml")[name] for name in CHANGING)
    different = {key for key in first.keys() | then.keys() if first.get(key) != then.get(key)}
    assert different == {"needs", "if", "strategy"}


def test_the_sample_is_approved_by_people_in_an_environment_for_each_stack(
    listed: "Listed",
) -> None:
    ended, found = listed()
    assert ended.returncode == 0, ended.stderr
    assert [row["stack"] for row in found["every"]] == ["staging", "prod"]
    for row in found["every"]:
        config = yaml.safe_load((ROOT / f"Pulumi.{row['stack']}.yaml").read_text("utf-8"))["config"]
        entry = config["keyless:repositories"]["keyless"]
        assert entry["environments"][row["environment"]]["reviewers"] != "none"
        assert row["account"] == config["aws:allowedAccountIds"][0]
        settings = read_settings(config, stack=row["stack"], root=ROOT)
        named = {role.variable for role in compose_roles(settings, as_typed(settings))}
        assert {row["main"], row["pull_requests"]} <= named


Rows = dict[str, list[dict[str, str]]]
Listed = Callable[..., tuple["subprocess.CompletedProcess[str]", Rows]]


@pytest.fixture
def listed(tmp_path: Path) -> Listed:
    """Return how the step that lists stacks is run, on a folder beside the code that lists.

    `printed` is what `keyless stacks` prints, where it need not be run.
    """

    def run(
        folder: Path = ROOT, since: str = "", slices: int = 1, printed: str = ""
    ) -> tuple[Any, Rows]:
        output, judge = tmp_path / "output", tmp_path / "judge"
        output.write_text("")
        (judge / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
        python = judge / ".venv" / "bin" / "python"
        (tmp_path / "printed.json").write_text(printed)
        instead = f'cat "{tmp_path}/printed.json"' if printed else f'exec "{sys.executable}" "$@"'
        python.write_text(f"#!/bin/sh\n{instead}\n")
        python.chmod(0o755)
        for link, target in ((judge / "keyless", ROOT / "keyless"), (tmp_path / "listed", folder)):
            link.unlink(missing_ok=True)
            link.symlink_to(target)
        (step,) = [each for each in steps(jobs("stacks.yml")["stacks"]) if each.get("id") == "list"]
        given = {"SINCE": since, "SLICES": str(slices), "GITHUB_OUTPUT": str(output)}
        assert step["env"].keys() <= given.keys()
        ended = subprocess.run(
            ["/usr/bin/env", "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=judge,
            env={"PATH": f"{tmp_path}:{os.environ['PATH']}", **given},
            capture_output=True,
            text=True,
            check=False,
        )
        lines = (line.partition("=") for line in output.read_text().splitlines())
        return ended, {name: json.loads(rows) for name, _, rows in lines}

    return run


def test_sixty_stacks_of_3000_repositories_come_in_two_waves(
    listed: Listed, tmp_path: Path
) -> None:
    estate = made_estate(tmp_path / "estate")
    ended, found = listed(estate)
    assert ended.returncode == 0, ended.stderr
    assert [len(found[name]) for name in ("every", "first", "then")] == [60, 30, 30]
    assert found["every"] == found["first"] + found["then"]
    assert {row["stack"] for row in found["first"]} == {f"staging-{team:02}" for team in range(30)}
    assert len(found["every"]) <= MOST_LEGS
    assert len({row["environment"] for row in found["every"]}) == 60
    assert found["then"][7] == {
        "stack": "prod-07",
        "account": "222222222222",
        "region": "eu-west-1",
        "environment": "prod-07",
        "main": "AWS_ROLE_ARN_PROD_07_BRANCH_MAIN_READ",
        "pull_requests": "AWS_ROLE_ARN_PROD_07_PULL_REQUESTS_PREVIEW",
    }


def test_each_hour_takes_the_next_part_and_leaves_no_stack_out(
    listed: Listed, tmp_path: Path
) -> None:
    row = {"account": "222222222222", "region": "eu-west-1", "environment": "a"}
    waves = [
        [{"stack": f"{side}-{n}", "name_in_variables": "A", **row} for n in range(30)]
        for side in ("staging", "prod")
    ]
    looked_at: list[str] = []
    for hour in range(500_000, 500_004):
        clock = tmp_path / "date"
        clock.write_text(f"#!/bin/sh\necho {hour * 3600 + 1020}\n")
        clock.chmod(0o755)
        _, found = listed(slices=4, printed=json.dumps({"waves": waves}))
        assert 14 <= len(found["every"]) <= 16
        looked_at += [row["stack"] for row in found["every"]]
    assert len(looked_at) == len(set(looked_at)) == 60


def test_the_guide_to_sixty_stacks_counts_as_the_figures_do() -> None:
    page = (ROOT / "docs" / "guides" / "many-stacks.md").read_text("utf-8")
    performance = (ROOT / "docs" / "performance.md").read_text("utf-8")
    (calls,) = re.findall(r"^\| GitHub calls of a preview.* \| (\d+) \|$", performance, re.M)
    (asked,) = re.findall(r"asks GitHub (\d+) things for each environment", page)
    assert asked == calls
    ((size, seconds),) = re.findall(r"A stack of (\d+) repositories.* took (\d+) s", page)
    assert int(size) == REPOSITORIES
    (legs,) = {
        job["strategy"]["max-parallel"] for job in jobs("up.yml").values() if "strategy" in job
    }
    scaling = (ROOT / "docs" / "scaling.md").read_text("utf-8")
    (of_an_up,) = re.findall(
        r"^\| `up` without changes, with its preview \| (\d+) \|", scaling, re.M
    )
    assert f"An `up` without changes takes {of_an_up}" in page
    row = r"^\| [^|]+ \| (\d+) \| ([\d,]+) \| ([\d,]+) \| (\d+) \|$"
    rows = [
        tuple(int(cell.replace(",", "")) for cell in found)
        for found in re.findall(row, page, re.MULTILINE)
    ]
    assert [stacks for stacks, *_ in rows] == [1, 2, 60]
    for stacks, previews, ups, minutes in rows:
        assert previews == stacks * int(size) * int(calls)
        assert ups == stacks * int(size) * int(of_an_up)
        assert minutes == -(-stacks * int(seconds) // legs // 60)


def test_a_stack_whose_catalogue_did_not_change_has_no_leg(listed: Listed, tmp_path: Path) -> None:
    estate = made_estate(tmp_path / "estate", repositories=1)
    write(estate, "estate/prod-07.yaml")
    git(estate, "commit", "--quiet", "--all", "--message", "change")
    ended, found = listed(estate, "HEAD^1")
    assert ended.returncode == 0, ended.stderr
    assert {name: [row["stack"] for row in rows] for name, rows in found.items()} == {
        "every": ["prod-07"],
        "first": [],
        "then": ["prod-07"],
    }


@pytest.mark.parametrize("since", ["HEAD^9", "--output=made"])
def test_a_revision_that_is_not_there_ends_the_run(listed: Listed, since: str) -> None:
    ended, found = listed(ROOT, since)
    assert (ended.returncode, found) == (2, {})


def test_a_stack_that_nobody_approves_ends_the_run(listed: Listed, tmp_path: Path) -> None:
    estate = made_estate(tmp_path / "estate", repositories=1)
    (estate / "estate" / "prod-07.yaml").write_text("repositories: {}\n")
    ended, found = listed(estate)
    assert ended.returncode != 0
    assert found == {}
    assert "prod-07: lacks an environment, an account or a region" in ended.stderr


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("Pulumi.prod&endpoint=evil.example.yaml", "", ""),
        ("Pulumi.prod-07.yaml", "eu-west-1", "eu-west-1&endpoint=evil.example"),
        ("Pulumi.prod-07.yaml", "eu-west-1", '"eu-west-1\\n"'),
        ("Pulumi.prod-07.yaml", '["222222222222"]', '["2222"]'),
    ],
)
def test_what_would_change_the_address_of_a_state_ends_the_run(
    listed: Listed, tmp_path: Path, file: str, old: str, new: str
) -> None:
    estate = made_estate(tmp_path / "estate", repositories=1)
    text = (estate / "Pulumi.prod-07.yaml").read_text()
    (estate / file).write_text(text.replace(old, new) if old else text)
    ended, found = listed(estate)
    assert ended.returncode != 0
    assert found == {}
    assert "is no name of a stack, or its account or region is none" in ended.stderr


@pytest.mark.parametrize(
    ("results", "passes"),
    [
        (("success", "success", '[{"stack": "prod"}]'), True),
        (("success", "skipped", "[]"), True),
        (("success", "failure", '[{"stack": "prod"}]'), False),
        (("success", "cancelled", '[{"stack": "prod"}]'), False),
        (("success", "skipped", '[{"stack": "prod"}]'), False),
        (("failure", "skipped", ""), False),
        (("skipped", "skipped", ""), False),
    ],
)
def test_one_check_stands_for_all_previews(results: tuple[str, str, str], passes: bool) -> None:
    job = jobs("preview.yml")["previewed"]
    assert job["if"].startswith("always() && ")
    (step,) = job["steps"]
    ended = subprocess.run(
        ["/usr/bin/env", "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        env={**os.environ, **dict(zip(step["env"], results, strict=True))},
        check=False,
    )
    assert (ended.returncode == 0) is passes


def test_code_owners_guard_what_judges() -> None:
    lines = (GITHUB / "CODEOWNERS").read_text("utf-8").splitlines()
    owned = {line.split()[0]: line.split()[1:] for line in lines if line and line[0] != "#"}
    assert owned["/policypack/"]
    assert owned["/.github/"]
