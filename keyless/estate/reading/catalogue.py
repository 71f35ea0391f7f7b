"""Read catalogue files: the same `repositories` as in stack config, in YAML files of their own.

How the text is read is in `yaml_text`; here is which files are read, and what they may contain.
"""

import errno
import stat
from pathlib import Path

from keyless.estate.reading.errors import Problem, SettingsError
from keyless.estate.reading.yaml_text import read_yaml
from keyless.text.sentences import kind, listed, quoted
from keyless.yaml_nodes import UnreadableYamlError

LARGEST_FILE = 10_000_000
"""Bytes of a catalogue file: many thousands of entries."""


def read_catalogue(root: Path, name: str) -> object:
    """Read what is under `repositories` in one file, as plain data.

    `name` is relative to the project's folder `root`, as `keyless:catalogue` has it.
    Raises SettingsError with everything that keeps the file from being read.
    """
    try:
        content = read_yaml(_text(root, name))
    except UnreadableYamlError as error:
        raise SettingsError(Problem(f"{name}: {text}") for text in error.sentences) from None
    if not isinstance(content, dict) or set(content) != {"repositories"}:
        found = kind(content)
        if isinstance(content, dict) and content:
            found = f"the keys {listed(quoted(key) for key in content)}"
        raise _refusal(
            f"{name}: {found} at the top level. A catalogue has the key repositories and no "
            "other. Write the entries below it, with `repositories:` as the first line."
        )
    return content["repositories"]


def _text(root: Path, name: str) -> str:
    path = root / name
    if not name.isprintable():
        raise _refusal(
            f"keyless:catalogue: {quoted(name)} is no path. Nothing can be read there. Write the "
            "path of an existing file."
        )
    if Path(name).is_absolute() or not _lies_within(root, path):
        raise _refusal(
            f"keyless:catalogue: {quoted(name)} lies outside the project. A stack must mean the "
            "same on every machine. Write a path relative to Pulumi.yaml."
        )
    try:
        content = _content(path)
    except OSError as error:
        raise _refusal(
            f"keyless:catalogue: {quoted(name)} cannot be read ({error.strerror}). Its "
            "repositories would lose their access. Write the path of an existing file."
        ) from None
    if len(content) > LARGEST_FILE:
        raise _refusal(
            f"{name}: more than {LARGEST_FILE} bytes. So large a file is no catalogue, or should "
            "be several. Split it by team."
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _refusal(
            f"{name}: line {line}: byte 0x{content[error.start]:02x} is no UTF-8. Names would be "
            "read wrongly. Save the file as UTF-8."
        ) from None


def _lies_within(root: Path, path: Path) -> bool:
    """Follow links; those that lead in a circle lead nowhere, which opening them will say."""
    try:
        return path.resolve().is_relative_to(root.resolve())
    except RuntimeError:
        return True


def _content(path: Path) -> bytes:
    """Read a file, a byte beyond the limit at most. A pipe or a device might never end.

    Raises OSError.
    """
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise OSError(errno.EINVAL, "Not a regular file")
    with path.open("rb") as file:
        return file.read(LARGEST_FILE + 1)


def _refusal(sentence: str) -> SettingsError:
    return SettingsError([Problem(sentence)])
