"""Workflows as people write them, each with every row it has, over one stack file.

A row is written `FILE:LINE JOB EVENT REF RESULT [ROLE] [CAUSE …]`, without a ref as `-`.
"""

import json
from pathlib import Path

import pytest
import yaml

from tests.keyless.command_run import run

pytestmark = pytest.mark.usefixtures("judged_once")

HABITS = sorted((Path(__file__).parent / "habits").glob("*.yaml"))
STACK = (Path(__file__).parent / "habits.stack.yaml").read_text()


def _written(row: dict[str, object]) -> str:
    file = str(row["workflow"]).rpartition("/")[2]
    causes = row["causes"]
    assert isinstance(causes, list)
    words = [f"{file}:{row['line']}", row["job"], row["event"], row["ref"] or "-", row["result"]]
    return " ".join(map(str, [*words, *([row["role"]] if row["role"] else []), *causes]))


@pytest.mark.parametrize("file", HABITS, ids=lambda file: file.stem)
def test_a_habit_has_its_rows(file: Path, tmp_path: Path) -> None:
    habit = yaml.safe_load(file.read_text())
    for name, text in habit["files"].items():
        path = tmp_path / "checkout" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "Pulumi.prod.yaml").write_text(habit.get("stack", STACK))
    ended = run(
        "jobs", str(tmp_path / "checkout"), "--config", str(tmp_path / "Pulumi.prod.yaml"),
        "--repository", "acme/shop", "--default-branch", "main", "--json",
    )  # fmt: skip
    found = json.loads(ended.out)
    assert [_written(row) for row in found["jobs"]] == habit["rows"]
    assert sorted({remark["id"] for remark in found["remarks"]}) == habit["remarks"]
    unreadable = [
        f"{one['workflow'].rpartition('/')[2]}:{one['line']}: {one['says']}"
        for one in found["unreadable"]
    ]
    assert unreadable == habit.get("unreadable", [])
