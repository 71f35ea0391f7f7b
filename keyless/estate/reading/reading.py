"""Read a stack's config and its catalogue as a whole, and say everything that is wrong at once.

An entry that is wrong hides nothing of another entry: it is reported and left out, and the rest is
checked on. What lies between a faulty entry and others is reported once the entry is right.
"""

import os
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from keyless.estate.reading.catalogue import read_catalogue
from keyless.estate.reading.collisions import collisions
from keyless.estate.reading.config_value import UnreadableValueError, read_value
from keyless.estate.reading.engine_files import (
    project_config,
    refused_project,
    refused_stack_file,
)
from keyless.estate.reading.errors import MOST_FOUND, MissingId, Problem, Problems, SettingsError
from keyless.estate.reading.provider_keys import refused_keys
from keyless.estate.reading.rules import entry_rules, stack_rules
from keyless.estate.reading.size import MOST_ITEMS, is_overfull
from keyless.estate.reading.translation import (
    Fault,
    emptiness,
    faults,
    key_text,
)
from keyless.estate.settings import Repository, Settings, StackConfig
from keyless.estate.values.github import repository_name
from keyless.text.sentences import joined, kind, quoted

_REPOSITORIES = "keyless:repositories"
_CATALOGUE = "keyless:catalogue"
_ACCOUNTS = "aws:allowedAccountIds"
_OWNER = "github:owner"
_OWNER_ID = "keyless:owner_id"
_OWN_KEYS = tuple(field.alias or name for name, field in StackConfig.model_fields.items())
_TEXT_KEYS = frozenset({_OWNER, "aws:region", "keyless:issuer", "keyless:static_keys"})
_OWN_NAMESPACE = "keyless:"

_Model = TypeVar("_Model", bound=BaseModel)
_STAND_IN_OWNER = "OWNER"
_STAND_INS: Mapping[str, object] = {
    _OWNER: _STAND_IN_OWNER,
    "keyless:owner_id": 1,
    "aws:region": "us-east-1",
    _ACCOUNTS: ["000000000000"],
}
_OVERFULL = (
    f"more than {MOST_ITEMS} keys and list items. Nobody can review so many, so none of them was "
    "looked at. Write fewer, or split them over several stacks."
)


class _Entry(NamedTuple):
    """An entry of the config or of a catalogue, before it is checked."""

    table: str
    name: str
    raw: object

    @property
    def place(self) -> str:
        """The place of the entry, for the head of a sentence."""
        return joined(self.table, [self.name])


def read_settings(
    raw: Mapping[str, object], *, stack: str, root: Path, secret_keys: Container[str] = ()
) -> Settings:
    """Check everything that a stack's config says, and return it as immutable models.

    `raw` maps full config keys (`keyless:repositories`) to their values, decoded or as the JSON
    text that Pulumi hands over; keys of other programs are left alone. `stack` is the stack's name,
    `root` the project's folder, from which catalogue files are read. `secret_keys` are those that
    Pulumi has decrypted.
    Raises SettingsError with everything that is wrong, up to MOST_FOUND; where a key of a provider
    is not taken, with that alone, so that nothing is asked meanwhile; where a key is secret, its
    text could mean two things or says too much, with that alone, since sentences quote what they
    found.
    """
    if refused := [
        *refused_keys({**project_config(root), **raw}),
        *refused_project(root),
        *refused_stack_file(root, stack, raw.get(_ACCOUNTS)),
    ]:
        raise SettingsError([Problem(sentence) for sentence in refused])
    if secret := [key for key in raw if _is_own(key) and key in secret_keys]:
        raise SettingsError([_secret(key) for key in secret])
    problems = Problems()
    own = {key: _decoded(key, value) for key, value in raw.items() if _is_own(key)}
    config, is_sound = _config(own, problems)
    entries = _entries(own, config, root, problems)
    repositories: dict[str, Repository] = {}
    places: dict[str, str] = {}
    for entry in entries:
        repository = _repository(entry, config.owner, problems)
        if repository is not None:
            repositories[entry.name] = repository
            places[entry.name] = entry.place
    settings = Settings(stack, config, repositories, places)
    rules = (entry_rules(places[name], repository) for name, repository in repositories.items())
    met = chain(chain.from_iterable(rules), collisions(settings))
    for sentence in chain(met, stack_rules(settings) if is_sound else ()):
        problems.add(Problem(sentence))
    problems.refuse()
    return settings


def _is_own(key: str) -> bool:
    return key in _OWN_KEYS or key.startswith(_OWN_NAMESPACE)


def _secret(key: str) -> Problem:
    return Problem(
        f"{key}: a secret. Settings end in plain text: in the state, in "
        "policies, in variables that every job can read. Write it without --secret, and keep "
        "secrets in the environment's secrets on GitHub or in AWS Secrets Manager."
    )


def _decoded(key: str, value: object) -> object:
    """Decode a value that Pulumi hands over as text; a number may be meant as text.

    Raises SettingsError where the text could mean two things, or says too much.
    """
    if key in _TEXT_KEYS:
        return str(value) if type(value) is int else value
    if not isinstance(value, str):
        return value
    try:
        decoded = read_value(value)
    except UnreadableValueError as error:
        raise SettingsError([Problem(f"{key}: {error}")]) from None
    if key != _REPOSITORIES and is_overfull(decoded):
        raise SettingsError([Problem(f"{key}: {_OVERFULL}")])
    return decoded


def _config(own: Mapping[str, object], problems: Problems) -> tuple[StackConfig, bool]:
    """Read the keys of the whole stack; where they are faulty, stand-ins let the rest be read."""
    raw = {key: value for key, value in own.items() if key != _REPOSITORIES}
    config, found = _checked(StackConfig, raw)
    faulty = {fault.keys[0] for fault in found}
    owner = _STAND_IN_OWNER if _OWNER in faulty else str(raw[_OWNER])
    for fault in found:
        key, *rest = fault.keys
        if fault.keys == (_OWNER_ID,) and raw.get(_OWNER_ID) is None:
            problems.add(_missing_id(MissingId(_OWNER_ID, _OWNER_ID, owner)))
        else:
            problems.add(Problem(f"{joined(str(key), rest)}: {fault.text}"))
    if config is not None:
        return config, not found
    sound = {key: value for key, value in raw.items() if key not in faulty}
    return StackConfig.model_validate({**_STAND_INS, **sound}), False


def _entries(
    own: Mapping[str, object], config: StackConfig, root: Path, problems: Problems
) -> list[_Entry]:
    """List the entries of the config and of its catalogue, as far as they can be reached."""
    if _REPOSITORIES in own and _CATALOGUE in own:
        problems.add(
            Problem(
                f"{_CATALOGUE}: is there beside {_REPOSITORIES}. One could hide what the other "
                "says. Keep one of them."
            )
        )
    if _REPOSITORIES not in own and _CATALOGUE not in own:
        problems.add(
            Problem(
                f"{_REPOSITORIES}: missing. Without it the stack would take all access away. Write "
                "the repositories, {} for none, or name files in keyless:catalogue."
            )
        )
    entries: list[_Entry] = []
    if _REPOSITORIES in own:
        entries += _table(_REPOSITORIES, own[_REPOSITORIES], problems)
    for name in _each_file_once(config.catalogue, problems):
        try:
            table = read_catalogue(root, name)
        except SettingsError as error:
            for problem in error.problems:
                problems.add(problem)
        else:
            entries += _table(f"{name}:repositories", table, problems)
    return _each_once(entries, problems)


def _each_file_once(names: Sequence[str], problems: Problems) -> Iterator[str]:
    """Yield the names of a catalogue's files; a second name of one file is wrong and left out."""
    first: dict[str, str] = {}
    for name in names:
        other = first.setdefault(os.path.normpath(name), name)
        if other == name:
            yield name
        else:
            problems.add(
                Problem(
                    f"{_CATALOGUE}: {quoted(name)} is the file {quoted(other)} under another name. "
                    "Each of its entries would be there twice. Keep one of the two."
                )
            )


def _table(where: str, table: object, problems: Problems) -> Iterator[_Entry]:
    """Yield the entries of one table whose names are repository names."""
    if not isinstance(table, Mapping):
        found = "empty" if table is None else f"found {kind(table)}"
        problems.add(
            Problem(
                f"{where}: {found}. Entries are written below their repositories' names. "
                "Write for example {storefront: {id: 811223344}}, or {} for none."
            )
        )
        return
    for name, raw in table.items():
        try:
            if not isinstance(name, str):
                raise ValueError(key_text(name))
            yield _Entry(where, repository_name(name), raw)
        except ValueError as error:
            problems.add(Problem(f"{joined(where, [str(name)])}: {error}"))


def _each_once(entries: list[_Entry], problems: Problems) -> list[_Entry]:
    """Refuse a repository that is in two files; the first one is read on."""
    first: dict[str, _Entry] = {}
    for entry in entries:
        other = first.setdefault(entry.name, entry)
        if other is not entry:
            problems.add(
                Problem(
                    f"{entry.place}: has an entry in {other.place} already. One would hide what "
                    "the other says. Keep one of them."
                )
            )
    return list(first.values())


def _repository(entry: _Entry, owner: str, problems: Problems) -> Repository | None:
    if is_overfull(entry.raw):
        problems.add(Problem(f"{entry.place}: {_OVERFULL}"))
        return None
    repository, found = _checked(Repository, entry.raw)
    for fault in found:
        if fault.keys == ("id",) and _lacks_id(entry.raw):
            missing = MissingId(f"{entry.place}.id", "id", f"{owner}/{entry.name}")
            problems.add(_missing_id(missing))
        else:
            problems.add(Problem(f"{joined(entry.place, fault.keys)}: {fault.text}"))
    return repository


def _lacks_id(raw: object) -> bool:
    return isinstance(raw, Mapping) and raw.get("id") is None


def _missing_id(missing: MissingId) -> Problem:
    """Ask GitHub nothing about a stand-in."""
    is_asked = missing.subject.partition("/")[0] != _STAND_IN_OWNER
    return Problem(missing.sentence(), missing if is_asked else None)


def _checked(model: type[_Model], raw: object) -> tuple[_Model | None, list[Fault]]:
    empty = emptiness(raw, model)
    try:
        return model.model_validate(raw), list(islice(empty, MOST_FOUND))
    except ValidationError as error:
        return None, list(islice(chain(empty, faults(error, raw, model)), MOST_FOUND))
