"""`keyless stacks`: which stacks a change concerns, in an estate of 60 stacks."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.keyless.command_run import run
from tests.keyless.stacks.made import PIPELINE, STACKS, git, made_estate, write


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = made_estate(tmp_path_factory.mktemp("estate"), repositories=1)
    git(folder, "tag", "first")
    return folder


@pytest.fixture
def estate(committed: Path) -> Iterator[Path]:
    """Take back whatever the test did; a copy for each would be 400 files."""
    yield committed
    git(committed, "reset", "--quiet", "--hard", "first")
    git(committed, "clean", "-ffdxq")


def listed(folder: Path, *words: str) -> dict[str, Any]:
    ended = run("stacks", "--folder", str(folder), "--json", *words)
    assert ended.status == 0, ended.err
    found: dict[str, Any] = json.loads(ended.out)
    return found


def changed(folder: Path) -> list[str]:
    waves = listed(folder, "--changed-since", "HEAD")["waves"]
    return [stack["stack"] for wave in waves for stack in wave]


@pytest.mark.parametrize("linked", ["file", "folder", "settings"])
def test_what_is_read_through_a_link_is_concerned_by_every_change(
    estate: Path, linked: str
) -> None:
    link, target = {
        "file": ("estate/prod-07.yaml", "docs/prod-07.yaml"),
        "folder": ("estate", "docs/estate"),
        "settings": ("policypack/config/prod-07.json", "docs/prod-07.json"),
    }[linked]
    (estate / target).parent.mkdir(exist_ok=True)
    write(estate, link) if linked == "settings" else None
    (estate / link).rename(estate / target)
    (estate / link).symlink_to(estate / target)
    git(estate, "add", "--all")
    git(estate, "commit", "-qm", "link")
    assert changed(estate) == []
    write(estate, "docs/page.md")
    assert changed(estate) == (list(STACKS) if linked == "folder" else ["prod-07"])


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
                "environment": "staging-07",
                "name_in_variables": "STAGING_07",
                "changed": ["estate/shared-07.yaml"],
            }
        ],
        [
            {
                "stack": "prod-07",
                "account": "222222222222",
                "region": "eu-west-1",
                "environment": "prod-07",
                "name_in_variables": "PROD_07",
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


def test_sixty_stacks_of_3000_repositories_take_a_moment(tmp_path: Path) -> None:
    estate = made_estate(tmp_path)
    started = time.process_time()
    assert len(listed(estate)["waves"][0]) == len(STACKS)
    assert changed(estate) == []
    assert time.process_time() - started < 5


def test_the_environment_of_a_stack_is_that_of_the_role_bounded_by_its_rights(
    estate: Path,
) -> None:
    def environments() -> dict[str, str]:
        (wave,) = listed(estate)["waves"]
        return {stack["stack"]: stack["environment"] for stack in wave}

    assert environments() == {stack: stack for stack in STACKS}
    several = PIPELINE.format(stack="other", account="222222222222").replace("keyless:", "more:")
    write(estate, "estate/prod-01.yaml", several)
    write(estate, "estate/prod-02.yaml", "no: [yaml\n")
    (estate / "estate" / "prod-03.yaml").write_text("repositories: {}\n")
    found = {name: each for name, each in environments().items() if name != each}
    assert found == {"prod-01": None, "prod-02": None, "prod-03": None}
