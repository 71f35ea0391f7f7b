"""Compare an output with the one that was looked at; REWRITE_GOLDEN=1 takes over a new one."""

import os
from pathlib import Path

_FOLDER = Path(__file__).parent


def assert_golden(name: str, text: str) -> None:
    """Fail where `text` is not, letter by letter, the file `name`."""
    file = _FOLDER / name
    if os.environ.get("REWRITE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text("utf-8")
