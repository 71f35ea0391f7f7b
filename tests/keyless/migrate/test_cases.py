"""Files as teams write them, before and after: every byte of the result is known."""

import json
from dataclasses import dataclass

import pytest

from keyless.workflow.action_pins import action_pins
from tests.keyless.command_run import Ended
from tests.keyless.migrate.made import CASES, NAMES, jobs, lay_out, migrate, tree

pytestmark = pytest.mark.usefixtures("judged_once")

PIN = action_pins()["aws-actions/configure-aws-credentials"]


@dataclass(frozen=True)
class Migrated:
    """One case, migrated once: what was printed and written, and what `jobs` says of it."""

    name: str
    shown: Ended
    unwritten: dict[str, bytes]
    ended: Ended
    files: dict[str, bytes]
    jobs_before: str
    jobs_after: str
    again: Ended


@pytest.fixture(scope="module", params=NAMES)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Migrated:
    checkout = lay_out(request.param, tmp_path_factory.mktemp("case"))
    jobs_before = jobs(checkout).out
    shown = migrate(checkout)
    unwritten = tree(checkout)
    ended = migrate(checkout, "--write")
    return Migrated(
        request.param,
        shown,
        unwritten,
        ended,
        tree(checkout),
        jobs_before,
        jobs(checkout).out,
        migrate(checkout),
    )


def expected(name: str) -> dict[str, bytes]:
    """Return the files of a case as they must be, with the pin that is in force."""
    after = {
        path: content.replace(b"@COMMIT", f"@{PIN.commit}".encode()).replace(
            b"# TAG", f"# {PIN.tag}".encode()
        )
        for path, content in tree(CASES / name / "after").items()
    }
    return {**tree(CASES / name / "before"), **after}


def notes(name: str) -> list[str]:
    file = CASES / name / "notes.txt"
    return file.read_text().splitlines() if file.is_file() else []


def test_the_file_is_what_it_must_be(case: Migrated) -> None:
    assert case.ended.status == 0, case.ended.err
    assert case.files == expected(case.name)
    told = case.ended.err.splitlines()
    assert [line for line in told if not line.endswith(": written")] == notes(case.name)


def test_every_job_gets_in_and_no_key_is_left(case: Migrated) -> None:
    printed = json.loads(case.jobs_after)
    rows = [row for row in printed["jobs"] if row["ref"] != "refs/tags/**"]
    assert {row["result"] for row in rows} == {"in"}
    assert {row["job"] for row in rows} <= {r["job"] for r in json.loads(case.jobs_before)["jobs"]}
    assert "static-key-left" not in {remark["id"] for remark in printed["remarks"]}


def test_a_migrated_file_has_nothing_to_migrate(case: Migrated) -> None:
    assert (case.again.status, case.again.out) == (0, "")
    assert case.again.err.startswith(".github/workflows/deploy.yml: no job has a stored key")


def test_nothing_is_written_unless_it_is_asked_for(case: Migrated) -> None:
    assert case.shown.out.startswith("--- a/.github/")
    assert case.unwritten == tree(CASES / case.name / "before")
