"""Carry out one disturbed run, and hold it to what it has to leave behind."""

import os
import signal
import subprocess
from collections.abc import Callable
from tempfile import TemporaryFile

from sandbox.children import open_child
from sandbox.journal import Call
from sandbox.world import World
from tests.engine.stack import Stack
from tests.faults.cases import SAMPLE
from tests.faults.outcomes import Ended, keep
from tests.faults.recovery import recover
from tests.faults.rig import SCENARIOS, Rig, Watch, lookout
from tests.faults.runs import Killed, Run
from tests.faults.undisturbed import end_of, recorded

_PROGRAM = "pulumi-language-python-exec"


def survive(rig: Rig, run: Run) -> None:
    """Disturb one call, go on as documented, and write the outcome down.

    Raises AssertionError unless the invariant held at every moment, the end is that of an
    undisturbed run, and the preview after it shows no changes. A failed run of which nothing came
    has survived, for the next one is an undisturbed run; those of the sample go on all the same.
    """
    keep(run, Ended.UNKNOWN)
    watch = rig.begin(run.scenario)
    command = SCENARIOS[run.scenario].command
    failed = _disturb(rig.stack, run, command)
    assert watch.violations() == []
    may_end = failed and not isinstance(run.kind, Killed) and run.id not in SAMPLE
    if may_end and rig.is_at_start(run.scenario):
        keep(run, Ended.UNTOUCHED)
        return
    steps = recover(rig.stack, command, renaming=run.scenario == "update") if failed else ()
    assert_same_end(rig, run, watch)
    keep(run, _ended(failed, steps), steps)


def _ended(failed: bool, steps: tuple[str, ...]) -> Ended:
    if not failed:
        return Ended.ALONE
    return Ended.HELPED if steps else Ended.REPEATED


def assert_same_end(rig: Rig, run: Run, watch: Watch) -> None:
    assert watch.violations() == []
    held = rig.stack.deployment()
    assert end_of(rig.stack, held) == recorded()[run.scenario].end
    if run.scenario != "destroy":
        rig.assert_no_changes(run.scenario, held)


def _disturb(stack: Stack, run: Run, command: tuple[str, ...]) -> bool:
    """Run `command` disturbed and tell whether it failed."""
    if isinstance(run.kind, Killed):
        return _kill(stack, run, command)
    stack.world.faults.add(run.fault(stack.world))
    ended = stack.run(*command)
    assert any(entry.fault == run.kind for entry in stack.world.journal.entries()), "no fault"
    assert "Traceback" not in ended.stdout, ended.stdout
    stack.world.faults.clear()
    return ended.returncode != 0


def _kill(stack: Stack, run: Run, command: tuple[str, ...]) -> bool:
    with TemporaryFile("w+") as printed:
        pulumi = ["pulumi", *command, "--stack", stack.name, "--non-interactive"]
        environment = stack.bench.environment
        with open_child(pulumi, cwd=stack.bench.project, env=environment, output=printed) as child:
            killed = kill_at(stack.world, run, lambda: _victim(child, run.kind))
            child.wait()
        stack.world.faults.clear()
        printed.seek(0)
        assert "Traceback" not in printed.read()
    with stack.world.journal.turn:  # the call under way is carried out to its end
        assert len(killed) == 1, "nothing was killed"
    assert (child.returncode == -signal.SIGKILL) == (run.kind is Killed.CLI)
    assert child.returncode != 0
    return True


def kill_at(world: World, run: Run, victim: Callable[[], int]) -> list[int]:
    """Send SIGKILL to `victim` when the run's call arrives; the call is still carried out.

    Return a list that then holds the process that was killed.
    """
    seen = 0
    killed: list[int] = []

    def count(call: Call) -> None:
        nonlocal seen
        if not run.meets(world, call):
            return
        seen += 1
        if seen == run.nth:
            process = victim()
            os.kill(process, signal.SIGKILL)
            killed.append(process)

    world.faults.add(lookout(count))
    return killed


def _victim(cli: "subprocess.Popen[bytes]", kind: object) -> int:
    if kind is Killed.CLI:
        return cli.pid
    listed = subprocess.run(
        ["ps", "-ww", "-A", "-o", "pid=,args="],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    )
    rows = (line.split(None, 1) for line in listed.stdout.splitlines())
    (program,) = [
        int(process)
        for process, arguments in rows
        if _PROGRAM in arguments and os.getsid(int(process)) == cli.pid
    ]
    return program
