"""The texts of the files that are written: stack file, catalogues, and the pack's settings."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from keyless.adopt.entries import SHORTEST_MINUTES, Keys, Written, WrittenRepository, config_of
from keyless.adopt.listing import settings_of
from keyless.adopt.organisation import FoundRepository
from keyless.estate.reading.yaml_text import as_yaml
from keyless.text.printable import printable

_LONGEST = 1000
"""How long a line of a comment may be."""


def stack_text(written: Written) -> str:
    """Return the stack file."""
    config = config_of(written.decided)
    names = [catalogue_name(one.found) for one in written.repositories]
    if names:
        config["keyless:catalogue"] = names
    return _yaml_text({"config": config}, {})


def catalogue_name(repository: FoundRepository) -> str:
    """Return the name of the file that contains a repository's entry."""
    return f"catalogue/{repository.name}.yaml"


def catalogue_text(written: WrittenRepository) -> str:
    """Return the file that contains a repository's entry."""
    comments = {
        ("repositories", written.found.name, *keys): text for keys, text in written.comments.items()
    }
    return _yaml_text({"repositories": {written.found.name: written.entry}}, comments)


def pack_settings(written: Written) -> dict[str, Any]:
    """Return the settings of the policy pack that the entries need."""
    decided = written.decided
    lists: dict[str, dict[str, list[str]]] = {"managed_policies": {}, "boundaries": {}}
    minutes, names = SHORTEST_MINUTES, written.names
    for one in decided.roles:
        if one.decision == "refuse":
            continue
        minutes = max(minutes, one.role.max_session_seconds // 60)
        for key, arns in settings_of(one).items():
            for arn in arns:
                lists[key].setdefault(arn, []).extend(names.get(one.role.arn, ()))
    settings: dict[str, Any] = {"max_session_minutes": minutes}
    for key, given in lists.items():
        listed: list[Any] = [
            {"arn": arn, "roles": sorted(own)} for arn, own in given.items() if own
        ]
        if key == "boundaries" and listed:
            listed.insert(0, written.settings.permissions_boundary_arn)
        settings[key] = listed
    settings["unreviewed_environments"] = [
        f"{one.repository.name}/{one.environment.name}"
        for one in decided.environments
        if one.needs_listing
    ]
    return {"settings": {key: value for key, value in settings.items() if value}, "exceptions": []}


def pack_text(written: Written) -> str:
    """Return the file of the policy pack's settings."""
    return json.dumps(pack_settings(written), indent=2) + "\n"


def _yaml_text(value: Mapping[str, Any], comments: Mapping[Keys, str]) -> str:
    """Return a mapping as YAML: a line each for what is nested, lists of entries below each other.

    A comment is above the key that it is about.
    """
    return "\n".join(_lines(value, comments, (), "")) + "\n"


def _lines(
    value: Mapping[str, Any], comments: Mapping[Keys, str], keys: Keys, indent: str
) -> Iterator[str]:
    for key, inner in value.items():
        path = (*keys, str(key))
        if path in comments:
            yield from _commented(indent, comments[path])
        name = as_yaml(key)
        if isinstance(inner, Mapping) and any(
            isinstance(v, Mapping | list) for v in inner.values()
        ):
            yield f"{indent}{name}:"
            yield from _lines(inner, comments, path, f"{indent}  ")
        elif isinstance(inner, list) and any(isinstance(each, Mapping) for each in inner):
            yield f"{indent}{name}:"
            for number, each in enumerate(inner):
                said = comments.get((*path, str(number)))
                yield from _commented(f"{indent}  ", said or "")
                yield f"{indent}  - {as_yaml(each)}"
        else:
            yield f"{indent}{name}: {as_yaml(inner)}"


def _commented(indent: str, text: str) -> Iterator[str]:
    return (f"{indent}# {printable(line, _LONGEST)}" for line in text.splitlines())
