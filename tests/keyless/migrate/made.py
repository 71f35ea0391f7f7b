"""Copy a case into a folder of its own, and run `keyless migrate` there."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from tests.keyless.command_run import Ended, run

HERE = Path(__file__).parent
CASES = HERE / "cases"
NAMES = sorted(folder.name for folder in CASES.iterdir())
STACK = HERE / "stack.yaml"
PLACE = ".github/workflows/deploy.yml"


def lay_out(name: str, folder: Path) -> Path:
    """Return a copy of the checkout of a case, as it is before."""
    checkout = folder / "shop"
    shutil.copytree(CASES / name / "before", checkout)
    return checkout


def make(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Return a checkout with some files; the one that is migrated is PLACE."""
    checkout = folder / "shop"
    for name, content in files.items():
        file = checkout / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return checkout


def migrate(checkout: Path, *words: str, stack: Path = STACK) -> Ended:
    """Run `keyless migrate` on the file of a checkout of acme/shop."""
    return run("migrate", str(checkout / PLACE), *_words(stack), *words)


def jobs(checkout: Path, stack: Path = STACK) -> Ended:
    """Run `keyless jobs --json` over a checkout of acme/shop."""
    return run("jobs", str(checkout), *_words(stack), "--json")


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder by its path there."""
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


def _words(stack: Path) -> tuple[str, ...]:
    return (
        "--config", str(stack), "--stack", "prod", "--repository", "acme/shop",
        "--default-branch", "main",
    )  # fmt: skip
