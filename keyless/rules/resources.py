"""Resources of a stack as the rules see them, read by the pack, or a command.

A value that is not known before the update is an `Unknown`, which a rule has to deal with.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is not known before the update, by its path (`inlinePolicies.0.policy`)."""

    path: str


class Values(Protocol):
    """The properties of a resource."""

    def value(self, key: str) -> object:
        """Return the whole value of `key` as plain data, None when it is absent."""


class Resource(Protocol):
    """One resource of a stack."""

    @property
    def type(self) -> str:
        """Return the type, as `keyless.rules.iam_types` writes it."""

    @property
    def name(self) -> str:
        """Return the name in the program."""

    @property
    def urn(self) -> str:
        """Return the URN."""

    @property
    def account(self) -> str:
        """Return the account that it is in, empty where that is not known."""

    @property
    def properties(self) -> Values:
        """Return the properties."""

    @property
    def property_dependencies(self) -> Mapping[str, frozenset[str]]:
        """Return the URNs of the resources that each property depends on."""


Read_co = TypeVar("Read_co", bound=Resource, covariant=True)


class Resources(Protocol[Read_co]):
    """All resources of a stack."""

    def of(self, *types: str) -> Iterator[Read_co]:
        """Yield the resources of some types."""


def unknowns(value: object) -> Iterator[Unknown]:
    """Yield every unknown inside a plain value."""
    if isinstance(value, Unknown):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from unknowns(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from unknowns(inner)


def text_of(resource: Resource, key: str) -> str | Unknown | None:
    """Return a text; what is no text cannot be known either."""
    value = resource.properties.value(key)
    return value if value is None or isinstance(value, str | Unknown) else Unknown(key)


def listed(resource: Resource, key: str) -> list[object]:
    """Return the entries of a property, one that is no list as the only entry.

    A key may lead into objects, as in `definition.roles`.
    """
    first, *inner = key.split(".")
    value = resource.properties.value(first)
    for part in inner:
        value = value.get(part) if isinstance(value, Mapping) else value
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def texts(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text inside a plain value, with its path; keys of objects are texts too."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield path, str(key)
            yield from texts(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from texts(inner, f"{path}.{index}")
