"""A file that is meant to hurt its reader ends with a sentence, and hides no other file."""

import time
from pathlib import Path

import pytest

from tests.keyless.jobs.made import answer, workflow

pytestmark = pytest.mark.usefixtures("judged_once")

FINE = workflow()
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(8)
)
REFUSED: dict[str, tuple[str | bytes, int, str]] = {
    "ten-megabytes": (
        "# " + "x" * 10_000_000,
        1,
        "more than 1048576 bytes. GitHub reads no workflow of that size. Split it.",
    ),
    "alias-bomb": (
        BOMB,
        5,
        "more than 50000 values, aliases written out. No workflow has so many. Write fewer "
        "aliases.",
    ),
    "deep-nesting": (
        "on: push\njobs: " + "[" * 5000,
        2,
        "nested more than 50 deep. No workflow is so deep. Write plainer entries.",
    ),
    "alias-of-itself": (
        "on: push\njobs: &a\n  b: *a\n",
        3,
        "the alias *a is inside of its own anchor, or no anchor before "
        "it has this name. GitHub refuses the file. Write the value.",
    ),
    "merge-key": (
        "on: push\nx: &x {a: b}\njobs:\n  b:\n    <<: *x\n",
        5,
        "the merge key <<. GitHub does not read it. Write the keys out.",
    ),
    "duplicate-key": (
        "on: push\njobs: {a: {}}\njobs: {b: {}}\n",
        3,
        'duplicate key "jobs", first in line 2. GitHub refuses the file. Keep one.',
    ),
    "no-yaml": (
        "on: push\njobs:\n  a: [\n",
        4,
        "no YAML (did not find expected node content). GitHub runs nothing of this file. Correct "
        "the line.",
    ),
    "no-text": (b"on: push\n\xff\n", 2, "byte 0xff is no UTF-8. Save the file as UTF-8."),
    "no-mapping": ("- push\n", 1, "no mapping at the top level. Write on: and jobs:."),
    "empty": ("", 1, "no mapping at the top level. Write on: and jobs:."),
    "no-events": ("jobs: {a: {}}\n", 1, "no on: in it. Nothing starts it. Name its events."),
    "no-event": (
        "name: x\non:\njobs: {a: {}}\n",
        2,
        "no event in on:. Nothing starts it. Name its events.",
    ),
    "no-event-in-a-list": (
        "on: []\njobs: {a: {}}\n",
        1,
        "no event in on:. Nothing starts it. Name its events.",
    ),
    "no-jobs": ("on: push\n", 1, "no jobs in it. GitHub refuses the file. Write jobs:."),
    "a-job-of-text": (
        "on: push\njobs:\n  a: echo\n",
        3,
        "the job a is no mapping. Write runs-on: and steps:.",
    ),
}
EXPRESSIONS = {
    "parentheses": "(" * 5000 + "1" + ")" * 5000,
    "negations": "!" * 10_000 + "true",
    "alternatives": " || ".join(["vars.A"] * 1250),
    "comparisons": "vars.A" + " == vars.A" * 1100,
    "members": "github" + ".a" * 5000,
    "indices": "github" + "['a']" * 2000,
    "calls": "format(" * 1000 + "'x'" + ")" * 1000,
    "quotes": "'" * 9_999,
    "an open end": "'" + "x" * 10_000,
    "too long": "'" + "x" * 30_000 + "'",
}


WITHOUT_AN_END = ("quotes", "an open end")
"""Expressions for which GitHub refuses the file, if it is an `if`."""


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_github_refuses_is_found_with_its_line(name: str, tmp_path: Path) -> None:
    content, line, sentence = REFUSED[name]
    found = answer(tmp_path, {"bad.yml": content, "fine.yml": FINE})
    assert found["unreadable"] == [
        {
            "repository": "acme/shop",
            "workflow": ".github/workflows/bad.yml",
            "line": line,
            "says": sentence,
        }
    ]
    assert [row["result"] for row in found["jobs"]] == ["in"]


@pytest.mark.parametrize("name", EXPRESSIONS)
@pytest.mark.parametrize("place", ["environment", "if"])
def test_an_expression_of_ten_thousand_characters_is_never_fine(
    name: str, place: str, tmp_path: Path
) -> None:
    text = EXPRESSIONS[name].replace("'", "''")
    job = f"environment: production\n    {place}: '${{{{ {text} }}}}'"
    hostile = workflow(job=job.removeprefix("environment: production\n    "))
    start = time.process_time()
    found = answer(tmp_path, {"bad.yml": hostile if place == "environment" else workflow(job=job)})
    assert time.process_time() - start < 10
    (row,) = found["jobs"] or [{"result": "none", "says": "."}]
    fine = {"unknown"} if name in WITHOUT_AN_END else {"in", "none"}
    assert row["result"] in ({"unknown", "refused"} if place == "environment" else fine)
    assert row["says"].endswith(".")


def test_workflows_that_call_each_other_for_ever_end(tmp_path: Path) -> None:
    jobs = "".join(
        f"  j{n}: {{uses: ./.github/workflows/w{n}.yml, permissions: write-all}}\n"
        for n in range(4)
    )
    files = {f"w{n}.yml": f"on: [push, workflow_call]\njobs:\n{jobs}" for n in range(4)}
    start = time.process_time()
    found = answer(tmp_path, files)
    assert [one["says"] for one in found["unreadable"]] == [
        "calls more than 500 jobs, or itself. Those beyond were not looked at. Call fewer."
    ] * 4
    assert time.process_time() - start < 30


def test_an_action_that_uses_itself_ends(tmp_path: Path) -> None:
    action = "runs:\n  using: composite\n  steps:\n    - uses: ./a\n    - uses: ./a\n"
    text = workflow().replace("      - uses", "      - uses: ./a\n      - uses", 1)
    found = answer(tmp_path, {"w.yml": text, "a/action.yml": action})
    assert [row["result"] for row in found["jobs"]] == ["in"]


def test_a_matrix_of_many_choices_is_unknown_not_left_out(tmp_path: Path) -> None:
    lines = "".join(f"\n        k{n}: [a, b, c, d]" for n in range(4))
    job = (
        "environment: ${{ matrix.k0 }}${{ matrix.k1 }}${{ matrix.k2 }}${{ matrix.k3 }}\n"
        f"    strategy:\n      matrix:{lines}"
    )
    found = answer(tmp_path, {"w.yml": workflow(job=job)})
    assert {row["result"] for row in found["jobs"]} == {"refused"}


def test_choices_beyond_the_limit_are_unknown(tmp_path: Path) -> None:
    inputs = ", ".join(f"i{n}: {{type: boolean}}" for n in range(12))
    text = "".join(f"${{{{ inputs.i{n} }}}}" for n in range(12))
    found = answer(
        tmp_path,
        {
            "w.yml": workflow(
                on=f"{{workflow_dispatch: {{inputs: {{{inputs}}}}}}}", job=f"environment: {text}"
            )
        },
    )
    assert [(row["result"], row["causes"]) for row in found["jobs"]] == [
        ("unknown", ["dynamic-environment"])
    ]
