"""`keyless stacks`: which stacks a change concerns, in an estate of 60 stacks."""

import json
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.keyless.command_run import run

TEAMS = 30
STACKS = tuple(sorted(f"{side}-{team:02}" for side in ("prod", "staging") for team in range(TEAMS)))
REPOSITORIES = 50
_ENTRY = """\
  service-{number:04}:
    id: {id}
    environments:
      production:
        deploy_from: {{branches: [main]}}
        reviewers: {{teams: [leads]}}
        roles: {{deploy: {{permissions: [{{preset: s3-website, bucket: site-{number:04}}}]}}}}
"""


def git(folder: Path, *words: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
    subprocess.run(["/usr/bin/env", "git", *identity, *words], cwd=folder, check=True)


def write(folder: Path, file: str, text: str = "changed\n") -> None:
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    with (folder / file).open("a") as opened:
        opened.write(text)


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Commit 60 stacks with 3,000 repositories; both stacks of a team have one catalogue more."""
    folder = tmp_path_factory.mktemp("estate")
    for index, stack in enumerate(STACKS):
        team = stack.rpartition("-")[2]
        account = "222222222222" if stack.startswith("prod") else "111111111111"
        write(
            folder,
            f"Pulumi.{stack}.yaml",
            f'config:\n  aws:region: eu-west-1\n  aws:allowedAccountIds: ["{account}"]\n'
            "  github:owner: acme\n  keyless:owner_id: 9919\n"
            f"  keyless:catalogue: [estate/{stack}.yaml, ./estate/shared-{team}.yaml]\n",
        )
        numbers = range(index * REPOSITORIES, (index + 1) * REPOSITORIES)
        entries = "".join(_ENTRY.format(number=n, id=1000 + n) for n in numbers)
        write(folder, f"estate/{stack}.yaml", f"repositories:\n{entries}")
        write(folder, f"policypack/config/{stack}.json", "{}")
    for number in range(TEAMS):
        write(folder, f"estate/shared-{number:02}.yaml", "repositories: {}\n")
    for file in ("__main__.py", "docs/page.md", "README.md", "tests/test_a.py"):
        write(folder, file)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "first")
    return folder


@pytest.fixture
def estate(committed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(committed, tmp_path / "estate"))


def listed(folder: Path, *words: str) -> dict[str, Any]:
    ended = run("stacks", "--folder", str(folder), "--json", *words)
    assert ended.status == 0, ended.err
    found: dict[str, Any] = json.loads(ended.out)
    return found


def changed(folder: Path) -> list[str]:
    waves = listed(folder, "--changed-since", "HEAD")["waves"]
    return [stack["stack"] for wave in waves for stack in wave]


@pytest.mark.parametrize(
    ("file", "concerned"),
    [
        ("Pulumi.prod-07.yaml", ["prod-07"]),
        ("estate/staging-07.yaml", ["staging-07"]),
        ("estate/shared-07.yaml", ["prod-07", "staging-07"]),
        ("policypack/config/prod-07.json", ["prod-07"]),
        ("policypack/config/nobody.json", []),
        ("docs/page.md", []),
        ("README.md", []),
        ("tests/test_a.py", []),
        ("__main__.py", list(STACKS)),
        ("keyless/new.py", list(STACKS)),
        ("policypack/settings.py", list(STACKS)),
        ("Pulumi.yaml", list(STACKS)),
        ("estate/of-no-stack.yaml", list(STACKS)),
    ],
)
def test_a_file_concerns_the_stacks_that_read_it(
    estate: Path, file: str, concerned: list[str]
) -> None:
    write(estate, file)
    assert changed(estate) == concerned


def test_commits_since_a_revision_count_and_moves_name_both_places(estate: Path) -> None:
    git(estate, "mv", "estate/prod-03.yaml", "estate/prod-03-moved.yaml")
    git(estate, "commit", "--quiet", "--message", "move")
    assert changed(estate) == []
    waves = listed(estate, "--changed-since", "HEAD~1")["waves"]
    why = {stack["stack"]: stack["changed"] for stack in waves[0]}
    assert why["prod-03"] == ["estate/prod-03-moved.yaml", "estate/prod-03.yaml"]
    assert why["prod-04"] == ["estate/prod-03-moved.yaml"]


def test_a_stack_file_that_cannot_be_read_is_concerned_by_everything(estate: Path) -> None:
    (estate / "Pulumi.prod-03.yaml").write_text("config: [\n")
    git(estate, "commit", "--quiet", "--all", "--message", "spoil")
    write(estate, "docs/page.md")
    assert changed(estate) == ["prod-03"]


def test_a_removed_stack_is_named(estate: Path) -> None:
    (estate / "Pulumi.prod-03.yaml").unlink()
    assert listed(estate, "--changed-since", "HEAD")["removed"] == ["prod-03"]
    ended = run("stacks", "--folder", str(estate), "--changed-since", "HEAD")
    assert ended.out == "removed: prod-03. Nothing destroys what its stack has made.\n"


def test_waves_come_in_the_order_given(estate: Path) -> None:
    write(estate, "estate/shared-07.yaml")
    waves = listed(estate, "--changed-since", "HEAD", "--wave", "staging-*", "--wave", "*")["waves"]
    assert waves == [
        [
            {
                "stack": "staging-07",
                "account": "111111111111",
                "region": "eu-west-1",
                "changed": ["estate/shared-07.yaml"],
            }
        ],
        [
            {
                "stack": "prod-07",
                "account": "222222222222",
                "region": "eu-west-1",
                "changed": ["estate/shared-07.yaml"],
            }
        ],
    ]


def test_a_stack_without_a_wave_ends_the_command(estate: Path) -> None:
    ended = run("stacks", "--folder", str(estate), "--wave", "staging-*")
    assert (ended.status, ended.err) == (
        2,
        '--wave: no pattern matches the stack "prod-00" and 29 more. A stack without a wave would '
        "never run. Add a pattern, such as --wave '*' at the end.\n",
    )


@pytest.mark.parametrize("revision", ["0" * 40, "--output=made", ""])
def test_a_revision_that_git_does_not_have(estate: Path, revision: str) -> None:
    ended = run("stacks", "--folder", str(estate), f"--changed-since={revision}")
    assert (ended.status, ended.err) == (
        2,
        f'--changed-since: "{revision}" is no commit that git has here. What changed cannot be '
        "said. Check out with `fetch-depth: 0`, or leave the option out and look at every stack.\n",
    )
    assert not (estate / "made").exists()


def test_sixty_stacks_take_a_moment(estate: Path) -> None:
    started = time.monotonic()
    assert len(listed(estate)["waves"][0]) == len(STACKS)
    assert changed(estate) == []
    assert time.monotonic() - started < 5
