"""Find a Pulumi that is installed already, and let it fetch its own GitHub provider."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from sandbox.engine.part import CLI_VERSION, GITHUB_PROVIDER_VERSION

_LANGUAGE_HOST = ("pulumi-language-python", "pulumi-language-python-exec")


def find_pulumi() -> Path | None:
    """Return the folder of a Pulumi of a fitting version with its Python language host, or None."""
    found = shutil.which("pulumi")
    if found is None:
        return None
    folder = Path(found).resolve().parent
    if not all(os.access(folder / name, os.X_OK) for name in _LANGUAGE_HOST):
        return None
    return folder if _version(found) >= _numbers(CLI_VERSION) else None


def fetch_github_provider(pulumi: Path, cache: Path) -> Path | None:
    """Let the installed Pulumi download the GitHub provider; None where it cannot.

    Returns the folder with the executable.
    """
    home = cache / "pulumi"
    place = home / "plugins" / f"resource-github-v{GITHUB_PROVIDER_VERSION}"
    if (place / "pulumi-resource-github").is_file():
        return place
    ended = subprocess.run(
        [pulumi / "pulumi", "plugin", "install", "resource", "github", GITHUB_PROVIDER_VERSION],
        env={**_without_pulumi_settings(), "PULUMI_HOME": str(home)},
        capture_output=True,
        check=False,
    )
    return place if ended.returncode == 0 else None


def _version(pulumi: str) -> tuple[int, ...]:
    answer = subprocess.run(
        [pulumi, "version"],
        env={**_without_pulumi_settings(), "PULUMI_SKIP_UPDATE_CHECK": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    return _numbers(answer.stdout)


def _numbers(text: str) -> tuple[int, ...]:
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", text)
    return tuple(int(number) for number in found.groups()) if found else ()


def _without_pulumi_settings() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")}
