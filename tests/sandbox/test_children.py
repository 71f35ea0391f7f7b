"""Whatever a child process starts ends with it."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.children import end_session, run_child
from tests.sandbox.processes import is_running

LEAVES_A_GRANDCHILD = """
import subprocess
grandchild = subprocess.Popen(["sleep", "60"], process_group=0)
print(grandchild.pid)
"""
ANSWERS_AN_INTERRUPTION = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGINT, lambda *_: sys.exit(open(sys.argv[1] + ".freed", "w").close()))
grandchild = subprocess.Popen(["sleep", "60"], process_group=0)
open(sys.argv[1], "w").write(str(grandchild.pid))
os.kill(os.getppid(), signal.SIGINT)
time.sleep(60)
"""
DEAF_TO_AN_INTERRUPTION = """
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
open(sys.argv[1], "w").write(str(os.getpid()))
os.kill(os.getppid(), signal.SIGINT)
time.sleep(60)
"""
INTERRUPTED = """
import sys
from pathlib import Path
from sandbox import children
child, note, grace = sys.argv[1:]
children.GRACE_SECONDS = float(grace)
children.run_child([sys.executable, "-c", child, note], cwd=Path.cwd(), env={})
"""


def test_output_and_status_are_the_childs(tmp_path: Path) -> None:
    ended = run_child(["/bin/sh", "-c", "echo out; echo err >&2; exit 3"], cwd=tmp_path, env={})
    assert (ended.stdout, ended.returncode) == ("out\nerr\n", 3)


def test_only_the_given_environment_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary")
    ended = run_child(["/usr/bin/env"], cwd=tmp_path, env={"ONE": "1"})
    assert ended.stdout == "ONE=1\n"


def test_a_grandchild_in_its_own_process_group_ends_too(tmp_path: Path) -> None:
    ended = run_child([sys.executable, "-c", LEAVES_A_GRANDCHILD], cwd=tmp_path, env={})
    assert not is_running(int(ended.stdout))


@pytest.mark.parametrize(
    ("child", "grace", "frees"),
    [(ANSWERS_AN_INTERRUPTION, "20", True), (DEAF_TO_AN_INTERRUPTION, "0.2", False)],
    ids=["answers", "is deaf"],
)
def test_an_interruption_asks_the_child_first_and_then_ends_all(
    tmp_path: Path, child: str, grace: str, frees: bool
) -> None:
    note = tmp_path / "process"
    ended = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, child, str(note), grace],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert ended.returncode == -signal.SIGINT
    assert note.with_suffix(".freed").exists() is frees
    assert not is_running(int(note.read_text()))


def test_ending_a_session_that_is_gone_does_nothing() -> None:
    child = subprocess.Popen(["/bin/true"], start_new_session=True)
    child.wait()
    end_session(child.pid)
    assert child.returncode == 0
