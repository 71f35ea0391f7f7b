"""A silent command is seen to go on."""

import subprocess
import sys

import pytest

from sandbox import waiting


def test_what_goes_on_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(waiting, "EVERY_SECONDS", 0.05)
    with subprocess.Popen(["/bin/sleep", "0.2"]) as process:
        waiting.wait(process, "python: installing packages")
    said = capsys.readouterr().out
    assert said.startswith("python: installing packages: still running, 0 s\n")
    assert process.returncode == 0


def test_status_is_that_of_the_command() -> None:
    command = [sys.executable, "-m", "sandbox.waiting", "what", "/bin/sh", "-c", "echo x; exit 3"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (3, "x\n")
