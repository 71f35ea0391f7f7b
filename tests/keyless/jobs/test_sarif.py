"""SARIF of every case validates against the published schema, and points at lines.

The schema is that of SARIF 2.1.0, as the npm package @microsoft/jest-sarif carries it.
"""

import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # ships no types
import pytest

from tests.keyless.command_run import run
from tests.keyless.jobs.cases import FOLDER, NAMES, expected

SCHEMA = json.loads((Path(__file__).parent / "sarif.schema.json").read_text())


def sarif(name: str) -> dict[str, Any]:
    folder = FOLDER / name
    ended = run(
        "jobs", str(folder / "checkout"), "--config", str(folder / "stack.yaml"),
        "--stack", "prod", "--repository", expected(folder)["repository"], "--sarif",
    )  # fmt: skip
    log: dict[str, Any] = json.loads(ended.out)
    return log


@pytest.mark.parametrize("name", NAMES)
def test_the_log_is_valid_and_each_result_has_a_rule_and_a_line(name: str) -> None:
    log = sarif(name)
    jsonschema.validate(log, SCHEMA)
    (only,) = log["runs"]
    rules = {rule["id"] for rule in only["tool"]["driver"]["rules"]}
    wanted = expected(FOLDER / name)
    bad = [row for row in wanted["jobs"] if row["result"] != "in" or row["causes"]]
    assert len(only["results"]) >= len(bad) + len(wanted["remarks"])
    for result in only["results"]:
        assert result["ruleId"] in rules
        place = result["locations"][0]["physicalLocation"]
        lines = (FOLDER / name / "checkout" / place["artifactLocation"]["uri"]).read_text()
        assert 0 < place["region"]["startLine"] <= lines.count("\n")


def test_a_refused_row_is_an_error_at_the_line_of_its_step() -> None:
    (only,) = sarif("04-event-as-text-without-right")["runs"]
    refused = next(r for r in only["results"] if r["ruleId"] == "no-id-token")
    assert refused["level"] == "error"
    assert refused["message"]["text"] == (
        "deploy, workflow_dispatch on refs/heads/main: The job has no `id-token: write`. GitHub "
        "gives it no token. Write `permissions: {contents: read, id-token: write}` in the job "
        "deploy (.github/workflows/sam.yml)."
    )
    assert refused["locations"][0]["physicalLocation"]["region"]["startLine"] == 11
