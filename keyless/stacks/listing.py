"""The stacks of a folder, each with its files and what a pipeline needs to know before it runs.

A stack file that cannot be read is listed. Every change concerns it; `check` says what is wrong.
So does every change where a file of a stack is reached through a link, which may lead anywhere.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from keyless.estate.reading.catalogue import read_catalogue
from keyless.estate.reading.errors import SettingsError
from keyless.estate.reading.stack_file import read_stack_file
from keyless.rules.pack_settings import settings_path
from keyless.stacks.pipeline import pipeline_environment
from keyless.text.json_text import read_json

_NO_CODE = ("docs", "tests", "sandbox")
"""Folders that no run of a stack reads; pages (`.md`) anywhere are none of it either."""


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A stack; `files` are its own, None where they cannot be read or some is behind a link.

    `environment` is the one in which a pipeline brings it up, None where the entries name no such
    one, or cannot be read.
    """

    name: str
    account: str | None
    region: str | None
    environment: str | None
    files: frozenset[str] | None

    def why_changed(self, changed: Iterable[str], owned: frozenset[str]) -> Iterator[str]:
        """Yield the files that concern the stack; `owned` are those that belong to some stack.

        What belongs to no stack is code of all, unless no run reads it.
        """
        for file in changed:
            if self.files is None or file in self.files or (file not in owned and _is_code(file)):
                yield file


def stacks_of(folder: Path) -> tuple[Stack, ...]:
    """Return every stack that has a file in a folder, by name."""
    names = (file.name[len("Pulumi.") : -len(".yaml")] for file in folder.glob("Pulumi.*.yaml"))
    return tuple(_stack(folder, name) for name in sorted(names))


def stack_of_file(file: str) -> str | None:
    """Return the stack whose file, or whose settings of the pack, a path is."""
    path = PurePosixPath(file)
    if str(path) == settings_path(path.stem):
        return path.stem
    if len(path.parts) == 1 and path.match("Pulumi.*.yaml"):
        return path.name[len("Pulumi.") : -len(".yaml")]
    return None


def _stack(folder: Path, name: str) -> Stack:
    file = f"Pulumi.{name}.yaml"
    try:
        config = read_stack_file(folder / file, file).config
        catalogues = frozenset(
            str(PurePosixPath(each)) for each in _list(config, "keyless:catalogue")
        )
    except (SettingsError, ValueError):
        return Stack(name=name, account=None, region=None, environment=None, files=None)
    accounts = _list_or_none(config, "aws:allowedAccountIds")
    files = frozenset({file, settings_path(name)}) | catalogues
    return Stack(
        name=name,
        account=accounts[0] if accounts and len(accounts) == 1 else None,
        region=config.get("aws:region"),
        environment=_environment(folder, config, catalogues),
        files=None if any(_is_behind_a_link(folder, each) for each in files) else files,
    )


def _environment(folder: Path, config: Mapping[str, str], catalogues: frozenset[str]) -> str | None:
    try:
        entries = [read_json(config.get("keyless:repositories", "{}"))]
        entries += [read_catalogue(folder, each) for each in catalogues]
    except (SettingsError, ValueError):
        return None
    found = {name for each in entries if (name := pipeline_environment(each))}
    return found.pop() if len(found) == 1 else None


def _is_behind_a_link(folder: Path, file: str) -> bool:
    path = folder / file
    return any(each.is_symlink() for each in (path, *path.parents[: len(Path(file).parts) - 1]))


def _list(config: Mapping[str, str], key: str) -> list[str]:
    """Return a list of texts, empty for a missing key. Raises ValueError for anything else."""
    found = read_json(config.get(key, "[]"))
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise ValueError(key)
    return found


def _list_or_none(config: Mapping[str, str], key: str) -> list[str] | None:
    try:
        return _list(config, key)
    except ValueError:
        return None


def _is_code(file: str) -> bool:
    return file.partition("/")[0] not in _NO_CODE and not file.endswith(".md")
