"""Run `keyless jobs` over a checkout, and compare what it says as sets."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.keyless.command_run import run

FOLDER = Path(__file__).parent / "cases"
NAMES = tuple(sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir()))


@dataclass(frozen=True)
class Answer:
    """What the README of the cases compares: rows, unused roles, ids of remarks."""

    rows: frozenset[tuple[Any, ...]]
    unused_roles: frozenset[str]
    remarks: frozenset[str]

    @classmethod
    def read(cls, answer: dict[str, Any]) -> "Answer":
        """Return an answer from JSON, expected or printed."""
        remarks = (r if isinstance(r, str) else r["id"] for r in answer["remarks"])
        return cls(
            frozenset(_row(row) for row in answer["jobs"]),
            frozenset(answer["unused_roles"]),
            frozenset(remarks),
        )


def _row(row: dict[str, Any]) -> tuple[Any, ...]:
    causes = tuple(sorted(row["causes"]))
    kept = ("workflow", "job", "event", "ref", "result", "role")
    return (*(row[key] for key in kept), causes)


def expected(folder: Path) -> dict[str, Any]:
    """Return the right answer of a case."""
    answer: dict[str, Any] = json.loads((folder / "expected.json").read_text())
    return answer


def printed(folder: Path, repository: str, branch: str = "main") -> dict[str, Any]:
    """Return what `keyless jobs --json` prints about a folder made like a case."""
    ended = run(
        "jobs", str(folder / "checkout"), "--config", str(folder / "stack.yaml"),
        "--stack", "prod", "--repository", repository, "--default-branch", branch, "--json",
    )  # fmt: skip
    assert ended.err == ""
    answer: dict[str, Any] = json.loads(ended.out)
    bad = any(row["result"] != "in" for row in answer["jobs"])
    assert ended.status == (1 if bad or answer["remarks"] or answer["unreadable"] else 0)
    return answer
