"""Which files of a folder differ from a revision, as git says: committed, changed or new."""

import subprocess
from pathlib import Path

from keyless.command_line.errors import CommandError
from keyless.text.sentences import quoted


def changed_since(folder: Path, revision: str) -> frozenset[str]:
    """Return the paths below `folder` that differ, those of removed files too.

    Raises CommandError for a revision that the checkout does not have.
    """
    try:
        (commit,) = _git(
            folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
        ).split()
        # A file that was moved is named at both places.
        tracked = _git(
            folder,
            "diff",
            "--name-only",
            "--no-renames",
            "--no-ext-diff",
            "--relative",
            "-z",
            commit,
            "--",
        )
        new = _git(folder, "ls-files", "--others", "--exclude-standard", "-z")
    except (OSError, ValueError, subprocess.CalledProcessError):
        raise CommandError(
            f"--changed-since: {quoted(revision)} is no commit that git has here. What changed "
            "cannot be said. Check out with `fetch-depth: 0`, or leave the option out and look at "
            "every stack."
        ) from None
    return frozenset(filter(None, f"{tracked}\0{new}".split("\0")))


def _git(folder: Path, *words: str) -> str:
    return subprocess.run(
        ["git", "-C", str(folder), *words],  # noqa: S607 - the git of the person who runs this
        capture_output=True,
        text=True,
        check=True,
        errors="surrogateescape",
    ).stdout
