"""The rights of a migrated job: what it had, what its steps evidently use, and a token."""

from pathlib import Path

import pytest
import yaml

from keyless.migrate.rights import ACTIONS, SCRIPTS
from tests.keyless.migrate.made import PLACE, make, migrate

GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "migrating-from-static-keys.md"
KEY = "${{ secrets.AWS_ACCESS_KEY_ID }}"


def rights(
    folder: Path, *, workflow: str = "", job: str = "", step: str = "run: aws s3 ls"
) -> object:
    """Return what a job has once it is migrated: its own block, else that of its workflow."""
    text = (
        f"on: {{push: {{branches: [main]}}}}\n{workflow}jobs:\n  deploy:\n    runs-on: x\n{job}"
        f"    steps:\n      - {step}\n      - run: aws s3 ls\n        env:\n"
        f"          AWS_ACCESS_KEY_ID: {KEY}\n"
    )
    checkout = make(folder, {PLACE: text})
    ended = migrate(checkout, "--write")
    assert ended.status == 0, ended.err
    read = yaml.safe_load((checkout / PLACE).read_text())
    return read["jobs"]["deploy"].get("permissions", read.get("permissions"))


@pytest.mark.parametrize(
    ("workflow", "job", "wanted"),
    [
        ("", "", {"contents": "read", "id-token": "write"}),
        ("permissions: write-all\n", "", "write-all"),
        ("permissions: {id-token: write}\n", "", {"id-token": "write"}),
        ("permissions: {}\n", "", {"id-token": "write"}),
        ("permissions: {issues: write}\n", "", {"issues": "write", "id-token": "write"}),
        ("", "    permissions: {}\n", {"id-token": "write"}),
        ("", "    permissions: write-all\n", "write-all"),
        ("", "    permissions: {id-token: none}\n", {"id-token": "write"}),
        (
            "permissions: write-all\n",
            "    permissions:\n      contents: read # code\n",
            {"id-token": "write", "contents": "read"},
        ),
    ],
)
def test_what_a_job_had_is_kept(workflow: str, job: str, wanted: object, tmp_path: Path) -> None:
    assert rights(tmp_path, workflow=workflow, job=job) == wanted


@pytest.mark.parametrize(
    ("step", "wanted"),
    [
        ("uses: softprops/action-gh-release@v2", {"contents": "write"}),
        ("run: git push origin main", {"contents": "write"}),
        ("run: gh pr comment 1", {"contents": "read", "pull-requests": "write"}),
        (
            "{uses: docker/login-action@v3, with: {registry: ghcr.io}}",
            {"contents": "read", "packages": "write"},
        ),
        ("run: gh pr list", {"contents": "read"}),
    ],
)
def test_what_the_default_let_steps_do_is_kept(
    step: str, wanted: dict[str, str], tmp_path: Path
) -> None:
    assert rights(tmp_path, step=step) == {**wanted, "id-token": "write"}


def test_the_guide_lists_what_is_known() -> None:
    found = {}
    for line in GUIDE.read_text("utf-8").splitlines():
        if line.startswith("| `") and ": write`" in line:
            names, given = line.strip("| ").split(" | ")
            for name in names.split(", "):
                found[name.strip("`")] = tuple(
                    right.strip("`").removesuffix(": write") for right in given.split(", ")
                )
    known = [*ACTIONS, *((name, rights) for name, _, rights in SCRIPTS)]
    assert found == dict(known)
