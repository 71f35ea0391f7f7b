"""The resources of one stack as stack policies see them, by type."""

from collections.abc import Iterator, Sequence

from pulumi_policy import PolicyResource

from policypack.reading import Properties, Resource, resource

ROOT = "pulumi:pulumi:Stack"


class Stack:
    """All resources of a stack; a resource is read when it is first asked for."""

    def __init__(self, resources: Sequence[PolicyResource]) -> None:
        self._by_type: dict[str, list[PolicyResource]] = {}
        for each in resources:
            self._by_type.setdefault(each.resource_type, []).append(each)

    @property
    def root(self) -> Resource:
        """Return the stack's own resource; violations of no other resource are reported on it."""
        some = next(self.of(ROOT, *self._by_type), None)
        return some or Resource(ROOT, "", "", Properties({}))

    def of(self, *types: str) -> Iterator[Resource]:
        """Yield the resources of some types."""
        for kind in types:
            for each in self._by_type.get(kind, ()):
                yield resource(each, frozenset(found.urn for found in each.dependencies))
