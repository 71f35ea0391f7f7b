"""Every mistake of a stack's files, each with the file, line and column that it is about."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import yaml

from keyless.check.levels import misplaced_key
from keyless.check.pack import blocked
from keyless.check.yaml_habits import advice
from keyless.command_line.positions import Keys, Position, positions
from keyless.estate.reading import SettingsError, read_settings
from keyless.estate.reading.engine_files import PROJECT_FILES
from keyless.estate.reading.stack_file import StackFile, read_stack_file
from keyless.estate.reading.yaml_text import read_yaml
from keyless.estate.settings import Settings
from keyless.rules.exceptions import read_exception
from keyless.rules.pack_settings import PACK_FOLDER, SettingsFile, read_settings_file, settings_path
from keyless.rules.pack_settings import SettingsError as PackSettingsError
from keyless.text.sentences import joined

_CATALOGUE = "keyless:catalogue"
_OF_SYNTAX = ("no YAML", "the alias")
_LINE = re.compile(r"line (\d+): ")


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """One sentence and its place; `line` and `column` count from 1."""

    file: str
    line: int
    column: int
    path: str
    sentence: str


@dataclass(frozen=True)
class Checked:
    """What reading a stack came to: its settings, None where they cannot be read, and mistakes."""

    settings: Settings | None
    mistakes: tuple[Mistake, ...]


def check_stack(folder: Path, stack: str) -> Checked:
    """Read the files of one stack in a project's folder, and place everything that is wrong.

    Where the folder has the policy pack, its settings of the stack are among the files: a stack
    without a file of its own has the strictest.
    """
    file, pack_file = f"Pulumi.{stack}.yaml", settings_path(stack)
    found: StackFile | None = None
    settings: Settings | None = None
    sentences: list[str] = []
    try:
        found = read_stack_file(folder / file, file)
        settings = read_settings(
            found.config, stack=stack, root=folder, secret_keys=found.secret_keys
        )
    except SettingsError as error:
        sentences += error.errors
    if (folder / PACK_FOLDER).is_dir():
        sentences += _against_pack(folder, pack_file, settings)
    if not sentences:
        return Checked(settings, ())
    texts = _texts(folder, (*PROJECT_FILES, file, pack_file), found)
    places = dict(_places(file, pack_file, texts))
    mistakes = (_mistake(sentence, file, texts, places) for sentence in sentences)
    return Checked(settings, tuple(dict.fromkeys(mistakes)))


def _against_pack(folder: Path, file: str, settings: Settings | None) -> Iterator[str]:
    try:
        pack = read_settings_file((folder / file).read_bytes())
    except FileNotFoundError:
        pack = SettingsFile()
    except OSError as error:
        yield f"{file}: it cannot be read ({error.strerror}). Write a file."
        return
    except PackSettingsError as error:
        yield from (f"{file}: {text}" for text in error.errors)
        return
    for number, entry in enumerate(pack.exceptions):
        where = f"{file}: exceptions[{number}]"
        yield from (
            f"{where}: {each} Until then it covers nothing."
            for each in read_exception(entry).errors
        )
    if settings:
        yield from blocked(settings, pack, file)


def _texts(folder: Path, files: tuple[str, ...], found: StackFile | None) -> Mapping[str, str]:
    """Return the text of each file that can be read at all, by the name in sentences."""
    listed: list[str] = []
    if found and _CATALOGUE in found.config:
        names = read_yaml(found.config[_CATALOGUE])
        listed = [str(name) for name in names] if isinstance(names, list) else []
    texts = {}
    for name in (*files, *listed):
        try:
            texts[name] = (folder / name).read_text("utf-8-sig")
        except (OSError, ValueError):
            continue
    return texts


class _Place(NamedTuple):
    """A value of a file: its path there, and where it begins."""

    file: str
    keys: Keys
    position: Position


def _places(file: str, pack_file: str, texts: Mapping[str, str]) -> Iterator[tuple[str, _Place]]:
    """Yield each path as sentences write it, with its place; the stack file's word comes last."""
    of_pulumi = (*PROJECT_FILES, file)
    for name, text in texts.items():
        try:
            found = positions(text)
        except yaml.YAMLError:
            continue  # the sentence itself names the line
        for path, position in found.items():
            if name in of_pulumi and path[0] == "config" and len(path) > 1:
                yield joined(str(path[1]), path[2:]), _Place(name, path[1:], position)
            elif name in (*of_pulumi, pack_file):
                yield f"{name}: {joined(str(path[0]), path[1:])}", _Place(name, path, position)
            else:
                yield joined(f"{name}:{path[0]}", path[1:]), _Place(name, path, position)


def _mistake(
    sentence: str,
    file: str,
    texts: Mapping[str, str],
    places: Mapping[str, _Place],
) -> Mistake:
    for name, text in texts.items():
        rest = sentence.removeprefix(f"{name}: ")
        if rest != sentence and (line := _LINE.match(rest)):
            number = min(int(line[1]), len(text.splitlines()) or 1)
            said = rest[line.end() :]
            if said.startswith(_OF_SYNTAX):
                said = " ".join(filter(None, [said, advice(text, number)]))
            return Mistake(file=name, line=number, column=1, path="", sentence=said)
    for path in _beginnings(sentence):
        if path in places:
            return _placed(path, places[path], sentence, places)
    named = next((n for n in texts if sentence.startswith(n)), file)
    said = sentence.removeprefix(f"{named}: ")
    return Mistake(file=named, line=1, column=1, path="", sentence=said)


def _placed(path: str, place: _Place, sentence: str, places: Mapping[str, _Place]) -> Mistake:
    if misplaced := misplaced_key(place.keys):
        length, why = misplaced
        keys = place.keys[:length]
        path, place = next((p, f) for p, f in places.items() if f.keys == keys)
        sentence = f"{path}: {why}"
    return Mistake(
        file=place.file,
        line=place.position.line,
        column=place.position.column,
        path=path.removeprefix(f"{place.file}: "),
        sentence=sentence.removeprefix(f"{place.file}: "),
    )


def _beginnings(sentence: str) -> Iterable[str]:
    """Yield what a sentence begins with, up to each place where a path may end, longest first."""
    ends = [match.start() for match in re.finditer(r"[:.\[ ]|(?<=\])", sentence[:1000])]
    return (sentence[:end] for end in reversed(ends))
