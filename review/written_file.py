"""Write a file whole or not at all, so that a review never leaves half a page behind."""

import os
import tempfile
from pathlib import Path

from review.errors import ReviewError


def write_whole(file: Path, text: str) -> None:
    """Write `text` in UTF-8 to `file`, making its folder where there is none.

    Raises ReviewError where that cannot be done; then `file` is as it was.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        unfinished = Path(name)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as opened:
                opened.write(text)
            unfinished.chmod(0o644)
            unfinished.replace(file)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
    except OSError as problem:
        raise ReviewError(
            f"{file}: {problem.strerror}. Nothing was written there. "
            "Name a file in a folder that can be written to."
        ) from None
