"""Build actionlint once into the per-user cache, from the Go module beside these tests."""

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

_MODULE = Path(__file__).parent / "actionlint"
_PACKAGE = "github.com/rhysd/actionlint/cmd/actionlint"
_GO_INSTALLS = ("/usr/local/go/bin", "/opt/homebrew/bin")


def find_go() -> str | None:
    """Return a Go, also one that was installed where no PATH points."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), *_GO_INSTALLS])
    return shutil.which("go", path=path)


def provide_actionlint(go: str) -> Path:
    """Return the executable, built by one process while others wait."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    cache = Path(base) / "keyless" / "actionlint"
    cache.mkdir(parents=True, exist_ok=True)
    executable = cache / _checksum() / "actionlint"
    with (cache / "build.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not executable.is_file():
            _build(go, executable, cache / "go")
    return executable


def _build(go: str, executable: Path, modules: Path) -> None:
    unfinished = executable.with_suffix(".unfinished")
    environment = {
        "CGO_ENABLED": "0",
        "GOCACHE": str(modules / "build"),
        "GOENV": "off",
        "GOFLAGS": "-mod=readonly -modcacherw -trimpath",
        "GOMODCACHE": str(modules / "mod"),
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
    }
    ended = subprocess.run(
        [go, "build", "-o", unfinished, _PACKAGE],
        cwd=_MODULE,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, f"go build of actionlint:\n{ended.stderr}"
    unfinished.rename(executable)
    shutil.rmtree(modules)


def _checksum() -> str:
    files = sorted(_MODULE.iterdir())
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
