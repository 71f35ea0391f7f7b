"""The ordinary commands in a fresh clone; they fetch packages, so these tests are long ones."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from sandbox.engine import Engine

CHECKOUT = Path(__file__).parents[1]
pytestmark = pytest.mark.long


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a folder with the files of the checkout that git knows, as they are now."""
    folder = tmp_path / "keyless"
    listed = subprocess.check_output(["/usr/bin/env", "git", "ls-files"], cwd=CHECKOUT, text=True)
    for name in filter(lambda each: (CHECKOUT / each).is_file(), listed.splitlines()):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((CHECKOUT / name).read_bytes())
    return folder


def succeed(clone: Path, *words: str | Path, **environment: str) -> str:
    ended = subprocess.run(
        words,
        cwd=clone,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=1800,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
    return ended.stdout


@pytest.mark.timeout(2000)
@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-run.txt"])
def test_pip_installs_a_lock(clone: Path, lock: str) -> None:
    """Without --no-deps: the lock leaves no requirement unpinned, no extra either."""
    venv.create(clone / ".venv", with_pip=True)
    pip = (clone / ".venv" / "bin" / "python", "-m", "pip")
    succeed(clone, *pip, "install", "--quiet", "--requirement", lock)
    succeed(clone, *pip, "check")


@pytest.mark.timeout(2000)
def test_pip_installs_the_project(clone: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    succeed(clone, tmp_path / "venv" / "bin" / "python", "-m", "pip", "install", "--quiet", ".")
    printed = succeed(tmp_path, tmp_path / "venv" / "bin" / "keyless", "--help")
    assert printed.startswith("usage: keyless ")


@pytest.mark.timeout(2000)
def test_pulumi_installs_the_packages(clone: Path, engine: Engine, tmp_path: Path) -> None:
    """The plugins are left out: they come from Pulumi's own host, and are as large as all else."""
    printed = succeed(
        clone,
        engine.pulumi / "pulumi",
        *["install", "--no-plugins", "--non-interactive"],
        PATH=os.pathsep.join(
            [str(engine.pulumi), str(Path(sys.executable).parent), os.environ["PATH"]]
        ),
        PULUMI_HOME=str(tmp_path / "pulumi"),
        PULUMI_BACKEND_URL=f"file://{tmp_path}",
        PULUMI_SKIP_UPDATE_CHECK="true",
    )
    assert "Finished installing dependencies" in printed
    assert (clone / ".venv" / "bin" / "python").exists()
