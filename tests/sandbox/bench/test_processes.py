"""What a command costs is seen, whatever it starts."""

import sys
from pathlib import Path

from sandbox.bench.processes import Watch
from sandbox.children import run_child

GRANDCHILD = "held = bytearray(80 * 2**20); sum(range(3 * 10**7))"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {GRANDCHILD!r}])"


def test_memory_and_cpu_time_of_a_grandchild_are_seen(tmp_path: Path) -> None:
    with Watch() as watch:
        run_child([sys.executable, "-c", PARENT], cwd=tmp_path, env={})
    assert 0.1 < watch.cpu_seconds("bytearray") <= watch.cpu_seconds()
    assert 80 < watch.peak_mib("bytearray") < watch.peak_mib() + 1
    assert watch.peak_mib("no such command") == watch.cpu_seconds("no such command") == 0
