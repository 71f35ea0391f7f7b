"""Install the IAM simulator once into the per-user cache, from the versions beside these tests."""

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

_PACKAGE = Path(__file__).parent / "simulator"


def provide_simulator(npm: str) -> Path:
    """Return the folder of programs, installed by one process while others wait.

    No script of a package is run.
    """
    base = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    cache = Path(base) / "keyless" / "simulator"
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / _checksum()
    with (cache / "install.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not folder.is_dir():
            _install(npm, folder)
    return folder


def _install(npm: str, folder: Path) -> None:
    unfinished = folder.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(_PACKAGE, unfinished)
    ended = subprocess.run(
        [npm, "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=unfinished,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, f"npm install of the simulator:\n{ended.stderr}"
    unfinished.rename(folder)


def _checksum() -> str:
    files = sorted(_PACKAGE.iterdir())
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
