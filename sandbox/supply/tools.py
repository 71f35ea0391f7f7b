"""Run the tools that look up advisories, each from packages or modules pinned with their hashes."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from sandbox.workbench import CHECKOUT

TOOLS = CHECKOUT / ".venv-audit"
REQUIREMENTS = CHECKOUT / "requirements-audit.txt"


class UncheckedError(Exception):
    """Say in one sentence what could not be checked, and what to do."""


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
