"""Build parts of the engine from their Go modules into the per-user cache, whole or not at all."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sandbox.children import open_child
from sandbox.engine.part import CLI, Bundle, Part
from sandbox.waiting import wait

GO_VERSION = (1, 26)
GO_INSTALLS = ("/usr/local/go/bin", "/opt/homebrew/bin")
"""Where Go's own installers put it, for shells whose PATH was never told."""
EXEC_SCRIPT = "pulumi-language-python-exec"


class BuildError(Exception):
    """Say which part could not be built, with what Go said last."""


def find_go() -> str | None:
    """Return a Go that is new enough, or None."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), *GO_INSTALLS])
    found = shutil.which("go", path=path)
    if found is None:
        return None
    answer = subprocess.run(
        [found, "env", "GOVERSION"],
        env={**os.environ, "GOTOOLCHAIN": "local"},
        capture_output=True,
        text=True,
        check=False,
    )
    numbers = answer.stdout.strip().removeprefix("go").split(".")[:2]
    if not all(part.isdigit() for part in numbers) or len(numbers) < len(GO_VERSION):
        return None
    return found if tuple(map(int, numbers)) >= GO_VERSION else None


def build(bundle: Bundle, go: str, cache: Path) -> Path:
    """Build `bundle` unless the cache has it, and return the folder that contains it.

    The folder appears by one rename, so an interrupted build leaves nothing that a later run
    could take for finished.

    Raises BuildError when Go fails.
    """
    place = bundle.place(cache)
    if place.is_dir():
        return place
    unfinished = place.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        for part in bundle.parts:
            _compile(part, go, unfinished, cache)
        unfinished.rename(place)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return place


@contextlib.contextmanager
def only_builder(cache: Path) -> Iterator[None]:
    """Let one process at a time build, and remove the several gigabytes of modules at the end.

    An interrupted or failed build keeps them: the next one goes on from there.
    """
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "build.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
        shutil.rmtree(cache / "go", ignore_errors=True)


def _compile(part: Part, go: str, target: Path, cache: Path) -> None:
    _say(
        f"building {part.executable} from Go modules, about {part.minutes} min on two idle cores, "
        "four times as long on busy ones"
    )
    began = time.monotonic()
    command = [go, "build", "-trimpath", *part.flags, "-o", str(target / part.executable)]
    _run([*command, part.package], part, cache)
    if part is CLI:
        source = _module_folder("github.com/pulumi/pulumi/sdk/v3", part, go, cache)
        shutil.copy(source / "python" / "cmd" / EXEC_SCRIPT, target / EXEC_SCRIPT)
        (target / EXEC_SCRIPT).chmod(0o755)
    _say(f"built {part.executable} in {time.monotonic() - began:.0f} s")


def _module_folder(module: str, part: Part, go: str, cache: Path) -> Path:
    found = subprocess.run(
        [go, "list", "-m", "-f", "{{.Dir}}", module],
        cwd=part.module,
        env=_go_environment(cache),
        capture_output=True,
        text=True,
        check=True,
    )
    return Path(found.stdout.strip())


def _run(command: list[str], part: Part, cache: Path) -> None:
    with tempfile.TemporaryFile("w+") as log:
        with open_child(
            command, cwd=part.module, env=_go_environment(cache), output=log
        ) as process:
            wait(process, f"engine: building {part.executable}")
        if process.returncode != 0:
            log.seek(0)
            last = "\n".join(log.read().splitlines()[-20:])
            raise BuildError(
                f"{part.folder}: `go build` ended with status {process.returncode}. The engine "
                f"is needed for everything else. Mend what Go says and run this again:\n{last}"
            )


def _go_environment(cache: Path) -> dict[str, str]:
    """Return the caller's environment with everything that changes a build pinned."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"GOOS", "GOARCH", "GOEXPERIMENT", "GOROOT", "GOPATH", "GOBIN"}
    }
    return kept | {
        "CGO_ENABLED": "0",
        "GOCACHE": str(cache / "go" / "build"),
        "GOENV": "off",
        "GOFLAGS": "-mod=readonly -modcacherw",
        "GOMODCACHE": str(cache / "go" / "mod"),
        "GOPATH": str(cache / "go"),
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
    }


def _say(line: str) -> None:
    print(f"engine: {line}", flush=True)  # noqa: T201 - progress for the person who waits
