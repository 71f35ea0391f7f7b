"""Declare a type of resource: its properties, and the calls of AWS that make them."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from typing import Any, ClassVar

from sandbox.aws.provider.connection import Connection
from sandbox.aws.provider.failures import ProviderError
from sandbox.aws.provider.kinds import TAGS, TEXT, Kind
from sandbox.aws.provider.values import Properties

Fault = Callable[[Any], str | None]


@dataclass(frozen=True)
class Property:
    """Declare one property.

    `computed`: AWS fills it in where the program does not. `output`: the program cannot set it.
    `replaces`: a change makes a new resource. `late`: it is set after the resource was created.
    `fault` finds what is wrong with a known value.
    """

    name: str
    kind: Kind = TEXT
    required: bool = False
    replaces: bool = False
    computed: bool = False
    output: bool = False
    late: bool = False
    default: Any = None
    fault: Fault | None = None


TAG_PROPERTIES = (Property("tags", TAGS), Property("tagsAll", TAGS, output=True))


@dataclass(frozen=True)
class Existing:
    """Hold what the engine remembers of a resource: its state, its inputs, or nothing on import."""

    identifier: str
    known: Properties

    def parts(self, form: str) -> tuple[str, str]:
        """Split the identifier, whose form is `ROLE:POLICY` or has a slash in its place.

        Raises ProviderError for another one.
        """
        separator = ":" if ":" in form else "/"
        first, found, second = self.identifier.partition(separator)
        if not (first and found and second):
            raise ProviderError(f"unexpected ID {self.identifier!r}: expected {form}.")
        return first, second


class ResourceType(ABC):
    """Carry out the life of one type of resource.

    Inputs have been checked before they come here. Every method may let boto3's errors out.
    """

    type_name: ClassVar[str]
    label: ClassVar[str]
    properties: ClassVar[Sequence[Property]]
    longest_name: ClassVar[int | None] = None
    """The limit of a name that is made up where the program gives none; None: it has no name."""

    @property
    def inputs(self) -> Sequence[Property]:
        """Return the properties that a program can set."""
        return [each for each in self.properties if not each.output]

    @abstractmethod
    def create(self, aws: Connection, inputs: Properties) -> str:
        """Create the resource and return its identifier."""

    def complete(  # noqa: B027 - most types are complete once they are created
        self, aws: Connection, identifier: str, inputs: Properties
    ) -> None:
        """Do what remains after `create`; a failure here leaves a resource that exists."""

    @abstractmethod
    def read(self, aws: Connection, existing: Existing) -> Properties | None:
        """Return what AWS contains, or None where there is nothing.

        AWS's own answer that there is nothing may be let out too. Properties that AWS does not
        know are left out.
        """

    def update(
        self, aws: Connection, existing: Existing, news: Properties, changed: Set[str]
    ) -> None:
        """Bring the `changed` properties to the inputs `news`; `existing` is with its state."""
        raise NotImplementedError(f"{self.type_name} has nothing that changes in place")

    @abstractmethod
    def delete(self, aws: Connection, existing: Existing) -> None:
        """Delete the resource; that it is gone already is no failure."""
