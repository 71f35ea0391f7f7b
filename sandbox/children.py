"""Run a child process so that nothing it started outlives it.

The engine starts plugins in process groups of their own; what all of them share is the session
that this module opens for the child.
"""

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

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
        with open_child(command, cwd=cwd, env=env, output=printed) as child:
            child.wait()
        printed.seek(0)
        return subprocess.CompletedProcess(command, child.returncode, printed.read())


@contextmanager
def open_child(
    command: Sequence[str], *, cwd: Path, env: Mapping[str, str], output: IO[str]
) -> Iterator["subprocess.Popen[bytes]"]:
    """Start `command` in a session of its own and end all of that session on the way out."""
    with _interruption_held() as let_go:
        child = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            let_go()
            yield child
        except BaseException:
            _ask_to_stop(child)
            raise
        finally:
            end_session(child.pid)


def end_session(session: int) -> None:
    """End every process of `session`, and wait until none of them runs."""
    deadline = time.monotonic() + GRACE_SECONDS
    while (processes := _processes_of(session)) and time.monotonic() < deadline:
        for process in processes:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                continue
        time.sleep(0.01)


@contextmanager
def _interruption_held() -> Iterator[Callable[[], None]]:
    """Hold an interruption back until there is a child to stop, which the caller tells."""
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None  # only the main thread is interrupted
        return
    came: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: came.append(number))

    def let_go() -> None:
        signal.signal(signal.SIGINT, before)
        if came:
            signal.raise_signal(came.pop())

    try:
        yield let_go
    finally:
        signal.signal(signal.SIGINT, before)


def _ask_to_stop(child: "subprocess.Popen[bytes]") -> None:
    child.send_signal(signal.SIGINT)
    try:
        child.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _processes_of(session: int) -> list[int]:
    return [process for process in _living_processes() if _session_of(process) == session]


def _session_of(process: int) -> int | None:
    try:
        return os.getsid(process)
    except (ProcessLookupError, PermissionError):
        return None


def _living_processes() -> list[int]:
    """List all processes but those that ended and that nobody asked after."""
    if _PROC.is_dir():
        return [int(each.name) for each in _PROC.iterdir() if each.name.isdigit() and _lives(each)]
    listed = subprocess.run(
        ["/bin/ps", "-A", "-o", "pid=,stat="], capture_output=True, text=True, check=True
    )
    rows = (line.split() for line in listed.stdout.splitlines())
    return [int(process) for process, state in rows if not state.startswith("Z")]


def _lives(process: Path) -> bool:
    try:
        name_and_after = (process / "stat").read_text().rpartition(") ")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return not name_and_after[2].startswith("Z")
