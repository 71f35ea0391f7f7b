"""Resources of a stack, as the pack or a command would hand them to the rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Properties:
    """Properties as plain data."""

    held: Mapping[str, object]

    def value(self, key: str) -> object:
        return self.held.get(key)


@dataclass(frozen=True)
class Declared:
    """One resource; its URN ends with its name."""

    type: str
    name: str
    properties: Properties
    account: str = ""
    property_dependencies: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def urn(self) -> str:
        return f"urn:pulumi:prod::shop::{self.type}::{self.name}"


def declared(
    kind: str, name: str, /, account: Any = "", depends: Any = (), **held: Any
) -> Declared:
    """Return a resource; `depends` are pairs of a property and what it depends on."""
    found: dict[str, frozenset[str]] = {}
    for key, on in depends:
        found[key] = found.get(key, frozenset()) | {on.urn}
    return Declared(kind, name, Properties(held), account, found)


@dataclass(frozen=True)
class Stack:
    """All resources of a stack."""

    resources: tuple[Declared, ...]

    def of(self, *types: str) -> Iterator[Declared]:
        return (each for each in self.resources if each.type in types)


def stack(*resources: Declared) -> Stack:
    return Stack(resources)
