"""Watch what a command costs: the memory and the CPU time of all the processes it starts.

Read from `/proc`, several times a second; a process's last moments may be missed. Where there is no
`/proc`, nothing is seen.
"""

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

_PROC = Path("/proc")
_PAUSE_SECONDS = 0.1
_TICKS = os.sysconf("SC_CLK_TCK")
PROGRAM = "pulumi-language-python-exec"
"""What the command line of a Pulumi program in Python holds."""


@dataclass(frozen=True)
class Process:
    """What one process took until it was last seen: CPU time, and the most memory it ever held."""

    command: str
    cpu_seconds: float
    peak_mib: float


class Watch:
    """Watch, for the length of a `with`, every process of the sessions that children lead."""

    def __init__(self) -> None:
        self._seen: dict[int, Process] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_on, daemon=True)

    def __enter__(self) -> "Watch":
        """Begin to watch."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop watching."""
        self._over.set()
        self._thread.join()

    def cpu_seconds(self, part_of_command: str = "") -> float:
        """Return the CPU time of all processes, or of those whose command holds a text."""
        return sum(process.cpu_seconds for process in self._of(part_of_command))

    def peak_mib(self, part_of_command: str = "") -> float:
        """Return the sum of the peaks of all processes, or of those whose command holds a text."""
        return sum(process.peak_mib for process in self._of(part_of_command))

    def _of(self, part_of_command: str) -> Iterator[Process]:
        return (each for each in self._seen.values() if part_of_command in each.command)

    def _look_on(self) -> None:
        while not self._over.wait(_PAUSE_SECONDS):
            for process in _PROC.glob("[0-9]*"):
                try:
                    self._look_at(process)
                except OSError:  # it has ended
                    continue

    def _look_at(self, process: Path) -> None:
        own = os.getpid()
        fields = (process / "stat").read_text().rpartition(")")[2].split()
        session = int(fields[3])
        if session == os.getsid(own) or _parent(session) != own:
            return
        status = (process / "status").read_text()
        peak = next((line for line in status.splitlines() if line.startswith("VmHWM:")), None)
        if peak is not None:
            self._seen[int(process.name)] = Process(
                command=(process / "cmdline").read_text().replace("\0", " "),
                cpu_seconds=(int(fields[11]) + int(fields[12])) / _TICKS,
                peak_mib=int(peak.split()[1]) / 1024,
            )


def _parent(process: int) -> int:
    """Return the parent of a process, by its number."""
    return int((_PROC / str(process) / "stat").read_text().rpartition(")")[2].split()[1])
