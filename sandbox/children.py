"""Run a child process so that nothing it started outlives it.

The engine starts plugins in process groups of their own; what all of them share is the session
that this module opens for the child.
"""

import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

GRACE_SECONDS = 10
"""How long an interrupted engine may take to finish its call and free its lock."""
_PROC = Path("/proc")


def run_child(
    command: Sequence[str], *, cwd: Path, env: Mapping[str, str]
) -> "subprocess.CompletedProcess[str]":
    """Run `command` to its end and return what it printed, standard error within standard output.

    When the caller is interrupted the child is asked to stop, then it and all it started are
    ended, and the interruption goes on.
    """
    with tempfile.TemporaryFile("w+") as printed:  # a pipe would stay open with a grandchild
        child = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            child.wait()
        except BaseException:
            _ask_to_stop(child)
            raise
        finally:
            end_session(child.pid)
        printed.seek(0)
        return subprocess.CompletedProcess(command, child.returncode, printed.read())


def end_session(session: int) -> None:
    """End every process of `session` at once."""
    for process in _processes_of(session):
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue


def _ask_to_stop(child: "subprocess.Popen[bytes]") -> None:
    child.send_signal(signal.SIGINT)
    try:
        child.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _processes_of(session: int) -> list[int]:
    return [process for process in _all_processes() if _session_of(process) == session]


def _session_of(process: int) -> int | None:
    try:
        return os.getsid(process)
    except (ProcessLookupError, PermissionError):
        return None


def _all_processes() -> list[int]:
    if _PROC.is_dir():
        return [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit()]
    listed = subprocess.run(
        ["/bin/ps", "-A", "-o", "pid="], capture_output=True, text=True, check=True
    )
    return [int(process) for process in listed.stdout.split()]
