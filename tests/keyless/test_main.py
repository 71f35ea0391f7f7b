"""The command line as a person meets it: its streams and its status."""

import io
import json
import os
import re
import subprocess
import sys
import warnings
from pathlib import Path
from unittest.mock import patch

import pytest

from keyless.commands import COMMANDS
from keyless.main import main
from tests.keyless.data import PROD, STAGING, entries
from tests.keyless.trust_policies import policy


def started(*words: str, stdin: bytes = b"") -> "subprocess.CompletedProcess[str]":
    """Run the command as a process of its own."""
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-m", "keyless", *words],
        input=stdin,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=False,
    )
    return subprocess.CompletedProcess(
        ended.args, ended.returncode, ended.stdout.decode(), ended.stderr.decode()
    )


def keyless(
    *words: str, stdin: bytes = b"", encoding: str = "utf-8"
) -> "subprocess.CompletedProcess[str]":
    """Run the command in this process, between streams like those that Python gives a process.

    `encoding` is what PYTHONIOENCODING would say, with how standard output fails after a colon.
    """
    name, _, errors = encoding.partition(":")
    printed, said = io.BytesIO(), io.BytesIO()
    out = io.TextIOWrapper(printed, name, errors or "strict")
    err = io.TextIOWrapper(said, name, "backslashreplace")
    with (
        patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), name)),
        patch.object(sys, "stdout", out),
        patch.object(sys, "stderr", err),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("error")
        try:
            status = main(words)
        except SystemExit as usage:
            status = int(usage.code or 0)
    out.flush()
    err.flush()
    return subprocess.CompletedProcess(
        words, status, printed.getvalue().decode(), said.getvalue().decode()
    )


def test_help_names_every_command_and_status() -> None:
    ended = started("--help")
    assert ended.returncode == 0
    assert all(re.search(rf"\n    {name}\s", ended.stdout) for name in COMMANDS)
    assert "2  not run: wrong usage, or data that cannot be used" in ended.stdout


@pytest.mark.parametrize("words", [[], ["acces"], ["access", "--jso"], ["workflow"]])
def test_wrong_usage(words: list[str]) -> None:
    ended = keyless(*words)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("usage: keyless")


def test_clean_stack() -> None:
    ended = started("access", "--from", str(PROD))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "6 roles of 3 repositories in 1 account; 0 findings; 2 notes." in ended.stdout


def test_findings_end_with_1() -> None:
    ended = keyless("access", "--from", str(STAGING))
    assert (ended.returncode, ended.stderr) == (1, "")
    assert "5 roles of 3 repositories in 1 account; 7 findings; 0 notes." in ended.stdout


def test_standard_input_and_json() -> None:
    ended = started("access", "--from", "-", "--json", stdin=STAGING.read_bytes())
    listing = json.loads(ended.stdout)
    assert ended.returncode == 1
    assert listing["sources"][0]["label"] == "standard input"
    assert [role["context"] for role in listing["roles"]][:2] == [
        "branch/develop",
        "whole_repository",
    ]
    assert listing["roles"][0]["findings"][0]["id"] == "branch-without-environment"


def of_a_role_named(name: str) -> bytes:
    """Write what AWS lists of one role that every repository of an owner can use."""
    return json.dumps(
        [{"RoleName": name, "AssumeRolePolicyDocument": policy("repo:acme/*")}]
    ).encode()


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "cp1252:strict"])
@pytest.mark.parametrize(
    ("name", "escaped"),
    [("x\ud800", r'"name": "x\ud800"'), ("\u00e9", r'"name": "\u00e9"')],
    ids=["half-a-letter", "accent"],
)
def test_json_is_json_on_every_stream(name: str, escaped: str, encoding: str) -> None:
    ended = keyless("audit", "-", "--json", stdin=of_a_role_named(name), encoding=encoding)
    assert (ended.returncode, ended.stderr) == (1, "")
    assert [role["name"] for role in json.loads(ended.stdout)["roles"]] == [name]
    assert escaped in ended.stdout


@pytest.mark.parametrize(
    ("name", "encoding", "line"),
    [
        ("\u00e9", "utf-8", "OWNER-WIDE  \u00e9, standard input"),
        ("\u00e9", "ascii", r"OWNER-WIDE  \xe9, standard input"),
        ("x\ud800", "ascii", r"OWNER-WIDE  x\ud800, standard input"),
    ],
    ids=["spelled", "escaped", "half-a-letter"],
)
def test_a_letter_that_a_stream_cannot_spell_is_escaped(
    name: str, encoding: str, line: str
) -> None:
    ended = keyless("audit", "-", stdin=of_a_role_named(name), encoding=encoding)
    assert (ended.returncode, ended.stderr) == (1, "")
    assert ended.stdout.splitlines()[0].rstrip() == line


HOSTILE = {
    "not utf-8": b"\xff\xfe\x00",
    "deep": b"[" * 200_000,
    "wrong types": json.dumps([{**entries()[0], "role_arn": {"a": []}}]).encode(),
    "secret": b'"[secret]"',
    "terminal": json.dumps([{**entries()[0], "context": "environment/\x1b]0;x\x07"}]).encode(),
    "unknown": b'"04da6b54-80e4-46f7-96ec-b56ff0331ba9"',
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_input_is_one_sentence(content: bytes) -> None:
    assert_one_sentence(keyless("access", "--from", "-", stdin=content))


@pytest.mark.parametrize("command", ["workflow", "trail"])
def test_hostile_input_of_another_command(command: str) -> None:
    assert_one_sentence(keyless(command, "storefront", "--from", "-", stdin=b"[" * 200_000))


def assert_one_sentence(ended: "subprocess.CompletedProcess[str]") -> None:
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("standard input: ")
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.rstrip("\n").isprintable()


def test_files_are_written_whole(tmp_path: Path) -> None:
    page, evidence = tmp_path / "new" / "map.html", tmp_path / "evidence.md"
    ended = keyless("access", "--from", str(PROD), "--html", str(page), "--markdown", str(evidence))
    assert (ended.returncode, ended.stdout) == (0, "")
    assert ended.stderr == f"{evidence}: written, 6 roles\n{page}: written, 6 roles\n"
    assert page.read_text("utf-8").startswith("<!doctype html>")
    assert evidence.read_text("utf-8").startswith("# Access from GitHub Actions to AWS\n")
    assert [file.name for file in page.parent.iterdir()] == ["map.html"]


def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe\u202e")
    for name, shown in ((".", tmp_path), ("pipe\u202e", tmp_path / r"pipe\u202e")):
        ended = keyless("access", "--from", str(PROD), "--html", str(tmp_path / name))
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr == (
            f"{shown}: is no regular file. A page is written whole or not at all, which takes one. "
            "Name a file.\n"
        )
    assert [file.is_fifo() for file in tmp_path.iterdir()] == [True]


def test_file_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    page = tmp_path / "file" / "page.html"
    ended = keyless("access", "--from", str(PROD), "--html", str(page))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        f"{page}: File exists. Nothing was written there. "
        "Name a file in a folder that can be written to.\n"
    )


def test_a_file_keeps_its_mode_and_a_link_its_place(tmp_path: Path) -> None:
    page, link = tmp_path / "page.html", tmp_path / "link.html"
    page.touch(mode=0o600)
    link.symlink_to(page)
    assert keyless("access", "--from", str(PROD), "--html", str(link)).returncode == 0
    assert link.is_symlink()
    assert page.stat().st_mode & 0o777 == 0o600
    assert page.read_text("utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize("markdown", ["page", "prod.json"])
def test_a_file_is_not_written_over_another(tmp_path: Path, markdown: str) -> None:
    source, page, lost = (tmp_path / name for name in ("prod.json", "page", markdown))
    source.write_bytes(PROD.read_bytes())
    ended = keyless("access", "--from", str(source), "--html", str(page), "--markdown", str(lost))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        f"{lost}: is named twice. What was there would be lost. Name another file to write to.\n"
    )
    assert source.read_bytes() == PROD.read_bytes()
    assert not page.exists()


def test_reader_that_closes_early() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "keyless", "access", "--json", "--from", str(PROD)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()
    assert (process.returncode, errors) == (141, b"")


def test_output_that_cannot_be_written() -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "keyless", "access", "--from", str(PROD)],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (ended.returncode, ended.stderr.decode()) == (
        2,
        "access: No space left on device. Nothing that it wrote can be relied on. Run it again "
        "once that is mended.\n",
    )


def test_what_nobody_foresaw_is_no_finding() -> None:
    """A status of 1 would say that the stack was looked at."""
    broken = "import keyless.stack.source as s; s.read_printed = None"
    call = f"{broken}; from keyless.main import main; raise SystemExit(main())"
    ended = subprocess.run(
        [sys.executable, "-c", call, "access", "--from", str(PROD)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("access: TypeError at source.py:")
    assert ended.stderr.endswith(
        ", a mistake in this command. Nothing that it wrote can be relied on. Run it again once "
        "that is mended.\n"
    )
