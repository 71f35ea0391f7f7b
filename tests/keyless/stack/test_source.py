"""Files, standard input and the named stack: what is read, and what cannot be."""

import hashlib
import io
import json
import os
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from keyless.command_line.errors import CommandError
from keyless.command_line.terminal import Terminal
from keyless.stack.source import Source, add_source_arguments, all_roles, read_sources
from tests.keyless.data import PROD, STAGING, entries

PulumiStandIn = Callable[[str], Path]


def read(*words: str) -> tuple[Source, ...]:
    parser = ArgumentParser()
    add_source_arguments(parser)
    quiet = Terminal(Console(file=io.StringIO()), Console(file=io.StringIO()))
    return read_sources(parser.parse_args(words), quiet)


def refusal(*words: str) -> str:
    with pytest.raises(CommandError) as refused:
        read(*words)
    return str(refused.value)


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PulumiStandIn:
    """Return a function that puts a `pulumi` on PATH: a shell script that notes its arguments."""

    def put(script: str) -> Path:
        folder = tmp_path / "bin"
        folder.mkdir()
        asked = tmp_path / "asked"
        executable = folder / "pulumi"
        executable.write_text(f'#!/bin/sh\necho "$@" > {asked}\n{script}\n')
        executable.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")
        return asked

    return put


class TestFiles:
    def test_digest_is_that_of_the_bytes(self) -> None:
        (found,) = read("--from", str(PROD))
        assert found.sha256 == hashlib.sha256(PROD.read_bytes()).hexdigest()
        assert (found.label, found.again) == (str(PROD), f"sha256sum {PROD}")
        assert found.kind == "outputs"
        assert len(found.roles) == 6

    def test_several_make_one_review(self) -> None:
        found = read("--from", str(PROD), "--from", str(STAGING))
        assert [role.stack for role in all_roles(found)] == ["prod"] * 6 + ["staging"] * 5

    def test_standard_input(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PROD.read_bytes())))
        (found,) = read("--from", "-")
        assert (found.label, len(found.roles)) == ("standard input", 6)
        assert found.again.startswith("not kept: it came from a pipe; ")

    def test_command_for_the_digest_is_quoted(self, tmp_path: Path) -> None:
        file = tmp_path / "a; b.json"
        file.write_text(json.dumps(entries()))
        assert read("--from", str(file))[0].again == f"sha256sum '{file}'"

    def test_missing(self, tmp_path: Path) -> None:
        assert refusal("--from", f"{tmp_path}/none.json") == (
            f"{tmp_path}/none.json: No such file or directory. There is nothing to review. "
            "Name a file that can be read, or - for standard input."
        )

    def test_folder(self, tmp_path: Path) -> None:
        assert refusal("--from", str(tmp_path)).startswith(f"{tmp_path}: Is a directory. ")

    def test_name_that_no_file_can_have(self) -> None:
        assert refusal("--from", "a\0\x1bb").startswith(r"a\u0000\u001bb: embedded null byte. ")

    def test_too_large(self, tmp_path: Path) -> None:
        file = tmp_path / "large.json"
        file.touch()
        os.truncate(file, 64 * 2**20 + 1)
        assert refusal("--from", str(file)) == (
            f"{file}: more than 64 MiB. So much is not read into memory. Hand in less of it."
        )

    def test_too_many_values(self, tmp_path: Path) -> None:
        file = tmp_path / "values.json"
        file.write_text(f"[{'0,' * 4_000_000}0]")
        assert refusal("--from", str(file)) == (
            f"{file}: more than 4000000 values. So much is not read into memory. "
            "Hand in less of it."
        )

    def test_pipe_of_another_command(self) -> None:
        """As a shell hands in `<(pulumi stack output access --json)`."""
        reading, writing = os.pipe()
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(PROD.read_bytes())
        (found,) = read("--from", f"/dev/fd/{reading}")
        os.close(reading)
        assert found.sha256 == hashlib.sha256(PROD.read_bytes()).hexdigest()

    def test_pipe_that_is_written_to_slowly(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        reading = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
        script = f"exec >{tmp_path}/pipe; echo begun >&2; sleep 0.3; cat {PROD}"
        with subprocess.Popen(["/bin/sh", "-c", script], stderr=subprocess.PIPE) as writer:
            assert writer.stderr
            writer.stderr.readline()
            (found,) = read("--from", f"{tmp_path}/pipe")
        os.close(reading)
        assert len(found.roles) == 6

    def test_pipe_that_nobody_writes_to(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        assert refusal("--from", f"{tmp_path}/pipe") == (
            f"{tmp_path}/pipe: a pipe that nothing was written to. There is nothing to review. "
            "Name a file that can be read, or - for standard input."
        )

    def test_same_role_twice(self) -> None:
        assert refusal("--from", str(PROD), "--from", str(PROD)) == (
            f'{PROD}: "arn:aws:iam::222222222222:role/keyless/acme-storefront-production-deploy" '
            f"is in {PROD} already. It is unclear which of the two is true. "
            "Hand in each stack once."
        )


class TestStacks:
    def test_named_stack(self, pulumi: PulumiStandIn) -> None:
        asked = pulumi(f"cat {PROD}")
        (found,) = read("--stack", "prod")
        assert asked.read_text() == ("stack output access --json --non-interactive --stack prod\n")
        assert (found.label, found.kind) == ("stack prod", "outputs")
        assert found.again == (
            "pulumi stack output access --json --non-interactive --stack prod | sha256sum"
        )
        assert found.sha256 == hashlib.sha256(PROD.read_bytes()).hexdigest()

    def test_selected_stack(self, pulumi: PulumiStandIn) -> None:
        asked = pulumi(f"cat {PROD}")
        assert read()[0].label == "the selected stack"
        assert asked.read_text() == "stack output access --json --non-interactive\n"

    def test_preview_asks_for_the_stream(self, pulumi: PulumiStandIn, tmp_path: Path) -> None:
        event = {
            "resOutputsEvent": {
                "metadata": {
                    "new": {
                        "urn": "urn:pulumi:prod::keyless::pulumi:pulumi:Stack::keyless-prod",
                        "type": "pulumi:pulumi:Stack",
                        "outputs": {"access": entries()},
                    },
                },
                "planning": True,
            }
        }
        lines = [{"sequence": 0, **event}, {"sequence": 1, "summaryEvent": {"result": "succeeded"}}]
        printed = tmp_path / "events"
        printed.write_text("\n".join(json.dumps(line, separators=(",", ":")) for line in lines))
        asked = pulumi(
            f'test "$PULUMI_ENABLE_STREAMING_JSON_PREVIEW" = true || exit 1\ncat {printed}'
        )
        (found,) = read("--stack", "prod", "--preview")
        assert found.again.startswith("not kept: each preview is another text; ")
        assert asked.read_text() == "preview --json --non-interactive --stack prod\n"
        assert (found.kind, len(found.roles)) == ("preview", 6)

    def test_failure_is_reported_with_its_last_line(self, pulumi: PulumiStandIn) -> None:
        pulumi(r"""printf 'one\n\033[31merror: no stack named "prod" found\n\n' >&2; exit 255""")
        assert refusal("--stack", "prod") == (
            "stack prod: `pulumi stack output access --json --non-interactive --stack prod` ended "
            'with status 255: "\\u001b[31merror: no stack named \\"prod\\" found". Without it '
            "there is nothing to review. Make that command work, or hand in what it printed "
            "elsewhere with --from FILE."
        )

    def test_no_pulumi(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        assert refusal("--stack", "prod") == (
            'stack prod: "pulumi" is not on PATH. The stack can only be asked through it. '
            "Install Pulumi, or hand in what it printed elsewhere with --from FILE."
        )

    def test_preview_of_a_file(self) -> None:
        assert refusal("--from", str(PROD), "--preview") == (
            "--preview: files are given too. It asks pulumi, and a file is read as it is. "
            "Leave one of them out."
        )
