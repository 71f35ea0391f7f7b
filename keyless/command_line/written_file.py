"""Write a file whole or not at all, so that a review never leaves half a page behind."""

import secrets
from pathlib import Path

from keyless.command_line.errors import CommandError
from keyless.text.printable import printable


def write_whole(file: Path, text: str) -> None:
    """Write `text` in UTF-8 to `file`, making its folder where there is none.

    A link is followed, and an existing file keeps its mode. Raises CommandError where that cannot
    be done; then `file` is as it was.
    """
    label = printable(str(file))
    try:
        target = file.resolve()
        if target.exists() and not target.is_file():
            raise CommandError(
                f"{label}: is no regular file. A page is written whole or not at all, which takes "
                "one. Name a file."
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, text)
    except (OSError, RuntimeError) as problem:  # a circle of links is the one or the other
        reason = getattr(problem, "strerror", None) or "Its links lead in a circle"
        raise CommandError(
            f"{label}: {reason}. Nothing was written there. "
            "Name a file in a folder that can be written to."
        ) from None


def _replace(target: Path, text: str) -> None:
    unfinished = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with unfinished.open("x", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
        if target.exists():
            unfinished.chmod(target.stat().st_mode)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
