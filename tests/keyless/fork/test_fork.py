"""A whole fork: `keyless init` on a clone, then its own fast tests and its sandbox, for minutes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.engine import Engine
from tests.keyless.fork.test_init import OPTIONS, ROOT, commit, git


@pytest.fixture(scope="module")
def fork(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a fork of all that git has here, with this interpreter's packages."""
    folder = tmp_path_factory.mktemp("fork") / "keyless"
    for name in git(ROOT, "ls-files", "-z").split("\0"):
        if name:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())
            (folder / name).chmod((ROOT / name).stat().st_mode)
    git(folder, "init", "--quiet")
    commit(folder)
    words = [word for pair in OPTIONS.items() for word in pair]
    run(folder, sys.executable, "-m", "keyless", "init", *words)
    commit(folder)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


def run(folder: Path, *words: str) -> str:
    """Run a command on the fork's code; what is installed here is this checkout's."""
    ended = subprocess.run(
        ["/usr/bin/env", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout[-5000:] + ended.stderr[-5000:]
    return ended.stdout


def make(folder: Path, target: str) -> str:
    return run(folder, "make", "--assume-old", ".venv/installed", target)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_the_fast_tests_of_a_fork_pass(fork: Path) -> None:
    assert " passed" in make(fork, "test-fast")
    assert git(fork, "status", "--porcelain", "--untracked-files=no") == ""


@pytest.mark.long
@pytest.mark.engine
def test_the_sandbox_of_a_fork_runs(fork: Path, engine: Engine) -> None:
    assert "trust-subject-pinned" in make(fork, "sandbox")
