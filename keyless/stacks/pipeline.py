"""The environment in which a pipeline brings a stack up, as the stack's own entries have it.

That is the one with the role whose boundary is also its managed policy: so the rights of the
bootstrap know the pipeline's role, too. Entries are looked at as they are written, unchecked.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def pipeline_environment(repositories: object) -> str | None:
    """Return the environment's name; None where there is none, or several."""
    found = {
        str(name)
        for repository in _mapping(repositories).values()
        for name, environment in _mapping(_mapping(repository).get("environments")).items()
        if any(map(_is_bounded_by_its_rights, _roles(environment)))
    }
    return found.pop() if len(found) == 1 else None


def _roles(environment: object) -> Iterable[Mapping[Any, Any]]:
    roles = _mapping(_mapping(environment).get("roles"))
    return (_mapping(role) for role in roles.values())


def _is_bounded_by_its_rights(role: Mapping[Any, Any]) -> bool:
    boundary = _mapping(role.get("permissions_boundary")).get("arn")
    return boundary is not None and boundary in _managed(role.get("permissions"))


def _managed(permissions: object) -> Iterator[object]:
    for each in map(_mapping, permissions if isinstance(permissions, list) else ()):
        if each.get("preset") == "managed-policy":
            yield each.get("arn")


def _mapping(value: object) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}
