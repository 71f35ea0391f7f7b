"""Run the tools that look up advisories, each from packages or modules pinned with their hashes."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from sandbox.engine.build import find_go
from sandbox.workbench import CHECKOUT

TOOLS = CHECKOUT / ".venv-audit"
REQUIREMENTS = CHECKOUT / "requirements-audit.txt"
LOCKS = tuple(sorted(CHECKOUT.glob("requirements*.txt")))
"""Every file that pins Python packages: the project's own, and those of the tools beside it."""


class UncheckedError(Exception):
    """Say in one sentence what could not be checked, and what to do."""


def pins(lock: Path) -> int:
    """Count the packages that a file pins."""
    return sum("==" in line and line[0].isalnum() for line in lock.read_text().splitlines() if line)


def python_tool(name: str) -> str:
    """Return the path of a tool that is written in Python, installed first if need be.

    Raises UncheckedError.
    """
    installed = TOOLS / "installed"
    if not installed.exists() or installed.stat().st_mtime < REQUIREMENTS.stat().st_mtime:
        python = str(TOOLS / "bin" / "python")
        run([sys.executable, "-m", "venv", str(TOOLS)], "its virtualenv cannot be made")
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        locked = ["--no-deps", "--require-hashes", "--requirement", str(REQUIREMENTS)]
        run([*pip, *locked], f"{name} cannot be installed")
        installed.touch()
    return str(TOOLS / "bin" / name)


@contextmanager
def go_tool(name: str, package: str) -> Iterator[str]:
    """Yield the path of a tool that is written in Go, built from the module in the folder `name`.

    Raises UncheckedError.
    """
    with tempfile.TemporaryDirectory(prefix="keyless-supply-") as folder:
        tool = str(Path(folder) / name)
        run(
            [go(), "build", "-trimpath", "-o", tool, package],
            f"{name} cannot be built",
            cwd=Path(__file__).parent / name,
            environment={**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly"},
        )
        yield tool


def go() -> str:
    """Return the path of a Go that is new enough.

    Raises UncheckedError.
    """
    found = find_go()
    if found is None:
        raise UncheckedError("there is no Go to read modules with: install Go 1.26 or later")
    return found


def run(
    command: Sequence[str],
    failure: str,
    *,
    cwd: Path = CHECKOUT,
    accepted: frozenset[int] = frozenset({0}),
    environment: Mapping[str, str] | None = None,
) -> str:
    """Run a command and return what it printed; `failure` begins the sentence if it fails.

    Raises UncheckedError.
    """
    ended = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    if ended.returncode not in accepted:
        raise UncheckedError(unchecked(failure, ended.stderr or ended.stdout))
    return ended.stdout


def unchecked(failure: str, printed: str) -> str:
    """Write the sentence, with the last line that a tool printed."""
    last = printed.strip().splitlines()[-1:] or ["it printed nothing"]
    reason = last[0].strip()[:200].rstrip(".")
    return f"{failure} ({reason}), so nothing is known of what is unchecked: run it again online"
