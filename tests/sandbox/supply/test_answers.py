"""What advisories say is passed on; what cannot be checked is never taken for good news."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.supply import bill, modules, packages
from sandbox.supply.tools import LOCKS, UncheckedError, pins, run
from sandbox.workbench import CHECKOUT

CHECKED = {"name": "flask", "version": "3.1.0", "vulns": []}
VULNERABLE = {
    "name": "jinja2",
    "version": "3.1.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["3.1.6"]}, {"id": "GHSA-2", "fix_versions": []}],
}
SKIPPED = {"name": "keyless", "skip_reason": "not found"}


def printed(*dependencies: object) -> str:
    return json.dumps({"dependencies": dependencies, "fixes": []})


def test_packages_without_an_advisory() -> None:
    assert packages.read_answer(printed(CHECKED), expected=1) == ([], 1)


def test_packages_with_advisories() -> None:
    assert packages.read_answer(printed(CHECKED, VULNERABLE), expected=2) == (
        [
            "jinja2 3.1.0: PYSEC-1, mended in 3.1.6",
            "jinja2 3.1.0: GHSA-2, mended in no version yet",
        ],
        2,
    )


def read_two_packages(text: str) -> object:
    return packages.read_answer(text, expected=2)


FINDING = {
    "finding": {
        "osv": "GO-2026-0001",
        "fixed_version": "v1.2.4",
        "trace": [{"module": "example.com/mod", "version": "v1.2.3"}],
    }
}


def test_modules_with_and_without_an_advisory() -> None:
    assert modules.read_answer('{"config": {}}\n{"SBOM": {}}') == []
    text = "\n".join(map(json.dumps, [{"SBOM": {}}, FINDING, FINDING]))
    assert modules.read_answer(text) == [
        "example.com/mod v1.2.3: GO-2026-0001, mended in v1.2.4",
    ]


def test_modules_in_a_program() -> None:
    dependency = "\tdep\texample.com/mod\tv1.2.3\th1:x=\n"
    replaced = "\tdep\texample.com/old\tv1.0.0\n\t=>\texample.com/new\tv1.0.1\th1:y=\n"
    text = f"pulumi: go1.26.8\n\tpath\ta\n\tmod\ta\t(devel)\n{dependency}{replaced}"
    assert modules.read_modules(text) == ["example.com/mod", "example.com/old"]


def test_a_bill_that_lists_everything(tmp_path: Path) -> None:
    file = tmp_path / "python.json"
    file.write_text('{"components": [{"name": "flask"}, {"name": "jinja2"}]}')
    assert bill.check(file, 2) == 2


@pytest.mark.parametrize(("listed", "expected"), [(1, 2), (2, 1), (0, 0)])
def test_a_bill_that_leaves_something_out(tmp_path: Path, listed: int, expected: int) -> None:
    file = tmp_path / "python.json"
    file.write_text(json.dumps({"components": [{"name": "flask"}] * listed}))
    with pytest.raises(UncheckedError) as unchecked:
        bill.check(file, expected)
    assert str(unchecked.value) == (
        f"python.json lists {listed} of {expected} parts, and what it leaves out is in no other "
        "bill: see what the tool says of them"
    )


@pytest.mark.parametrize(
    ("read", "text", "sentence"),
    [
        (
            read_two_packages,
            printed(CHECKED, SKIPPED),
            "1 of 2 packages cannot be checked (such as keyless), so nothing is known of them: run "
            "it again where PyPI can be reached",
        ),
        (
            read_two_packages,
            printed(CHECKED),
            "1 of 2 packages cannot be checked (such as none was named), so nothing is known of "
            "them: run it again where PyPI can be reached",
        ),
        (
            read_two_packages,
            "Traceback\nNo connection.",
            "pip-audit gave no answer (No connection), so nothing is known of what is unchecked: "
            "run it again online",
        ),
        (
            modules.read_answer,
            '{"config": {}} {"progress"',
            "govulncheck gave no answer, so nothing is known of the engine: run it again online",
        ),
    ],
)
def test_what_is_unchecked_is_said(read: Callable[[str], object], text: str, sentence: str) -> None:
    with pytest.raises(UncheckedError) as unchecked:
        read(text)
    assert str(unchecked.value) == sentence


@pytest.mark.parametrize(
    "text",
    [
        '{"SBOM": {}}{"finding": {"osv": "GO-1"',
        '{"SBOM": {}} [',
        "[1]",
        '{"SBOM": {}} 7',
        '{"SBOM": {}} {"finding": null}',
        '{"finding": []}',
        '{"finding": {"osv": "GO-1"}}',
        '{"finding": {"osv": "GO-1", "trace": []}}',
        '{"finding": {"osv": {}, "trace": [{"module": "example.com/mod"}]}}',
        '{"SBOM": {}}' + "[" * 100_000,
    ],
    ids=range(10),
)
def test_a_stream_of_another_shape_is_no_answer(text: str) -> None:
    with pytest.raises(UncheckedError, match=r"^govulncheck gave no answer, so nothing is known"):
        modules.read_answer(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"dependencies": null}',
        '{"dependencies": {}}',
        '{"dependencies": [7]}',
        "[]",
        printed({**CHECKED, "vulns": None}),
        printed({**CHECKED, "vulns": {}}),
        printed({**CHECKED, "vulns": [{"id": "PYSEC-1"}]}),
        printed({"name": "flask", "version": "3.1.0"}),
        "[" * 100_000,
    ],
    ids=range(9),
)
def test_packages_of_another_shape_are_no_answer(text: str) -> None:
    with pytest.raises(UncheckedError, match=r"^pip-audit gave no answer \("):
        packages.read_answer(text, expected=1)


def test_a_tool_that_fails_is_quoted_in_one_sentence(tmp_path: Path) -> None:
    script = "import sys; sys.exit('first\\nno such host.')"
    with pytest.raises(UncheckedError) as unchecked:
        run([sys.executable, "-c", script], "the advisories cannot be asked for", cwd=tmp_path)
    assert str(unchecked.value) == (
        "the advisories cannot be asked for (no such host), so nothing is known of what is "
        "unchecked: run it again online"
    )


def test_an_unknown_act_ends_with_status_2() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "sandbox.supply", "guess"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_package_is_pinned_with_hashes_and_no_address(lock: Path) -> None:
    lines = lock.read_text().splitlines()
    pinned = [line for line in lines if line and line[0].isalnum()]
    assert len(pinned) == pins(lock) > 0
    assert all("==" in line and line.endswith("\\") for line in pinned)
    assert not [line for line in lines if "://" in line or line.startswith("-")]
