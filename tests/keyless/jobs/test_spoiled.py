"""One edit of a case changes its answer in the rows that the edit is about, and in no other."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.keyless.jobs.cases import FOLDER, NAMES, Answer, expected, printed

SPOILED = yaml.safe_load((Path(__file__).parent / "spoiled.yaml").read_text())


def _written(row: tuple[Any, ...]) -> str:
    workflow, job, event, ref, result, role, causes = row
    words = [workflow.rpartition("/")[2], job, event, ref or "-", result]
    return " ".join([*words, *([role] if role else []), *causes])


def _parts(answer: Answer) -> dict[str, set[str]]:
    return {
        "rows": set(map(_written, answer.rows)),
        "unused_roles": set(answer.unused_roles),
        "remarks": set(answer.remarks),
    }


def test_each_case_is_spoiled_once() -> None:
    assert [one["case"] for one in SPOILED] == list(NAMES)


@pytest.mark.parametrize("spoiled", SPOILED, ids=lambda one: one["case"])
def test_a_spoiled_case_differs_as_it_must(spoiled: dict[str, Any], tmp_path: Path) -> None:
    folder = tmp_path / "case"
    shutil.copytree(FOLDER / spoiled["case"], folder)
    file = folder / "checkout" / spoiled["file"]
    assert file.read_text().count(spoiled["old"]) >= 1
    file.write_text(file.read_text().replace(spoiled["old"], spoiled["new"], 1))
    wanted = expected(folder)
    before = _parts(Answer.read(wanted))
    after = _parts(Answer.read(printed(folder, wanted["repository"])))
    for part in before:
        assert before[part] - after[part] == set(spoiled.get(f"{part}_gone", []))
        assert after[part] - before[part] == set(spoiled.get(f"{part}_come", []))
