"""The resources of one stack as stack policies see them, by type."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import filterfalse

from pulumi_policy import PolicyResource

from keyless.rules.iam_types import folded
from policypack.reading import Properties, Resource, is_left_out, reach_of

ROOT = "pulumi:pulumi:Stack"


class Stack:
    """All resources of a run; a resource is read when it is first asked for."""

    def __init__(self, resources: Sequence[PolicyResource]) -> None:
        self._by_type: dict[str, list[PolicyResource]] = {}
        for each in filterfalse(is_left_out, resources):
            self._by_type.setdefault(folded(each.resource_type), []).append(each)
        self._depends = {each.urn: each.dependencies for each in resources}

    @property
    def root(self) -> Resource:
        """Return the stack's own resource; violations of no other resource are reported on it."""
        some = next(self.of(ROOT), None) or next(self.where(lambda _: True), None)
        return some or Resource(ROOT, "", "", Properties({}))

    @property
    def owners(self) -> frozenset[str]:
        """Return the owners that the GitHub providers of the stack's resources are set to."""
        found = self.where(lambda kind: kind.startswith("github:"))
        return frozenset(filter(None, (each.owner for each in found)))

    def of(self, *types: str) -> Iterator[Resource]:
        """Yield the resources of some types, each as one of the type that is asked for."""
        for kind in types:
            for each in self._by_type.get(folded(kind), ()):
                yield _read(each, kind)

    def where(self, is_asked: Callable[[str], bool]) -> Iterator[Resource]:
        """Yield the resources whose folded types are asked for."""
        for kind, found in self._by_type.items():
            if is_asked(kind):
                for each in found:
                    yield _read(each, each.resource_type)

    def waits_for(self, dependent: Resource, others: Iterable[str]) -> frozenset[str]:
        """Return those of some URNs that a resource depends on, be it through others."""
        wanted, found, seen = set(others), set[str](), {dependent.urn}
        open_ends = [dependent.urn]
        while open_ends and found != wanted:
            for each in self._depends[open_ends.pop()]:
                if each.urn not in seen:
                    seen.add(each.urn)
                    open_ends.append(each.urn)
                    found |= {each.urn} & wanted
        return frozenset(found)


def _read(each: PolicyResource, kind: str) -> Resource:
    by_property: Mapping[str, frozenset[str]] = {
        key: _urns(found) for key, found in each.property_dependencies.items()
    }
    return Resource(
        kind,
        each.name,
        each.urn,
        Properties(each.props),
        by_property,
        **reach_of(each.provider),
    )


def _urns(resources: Iterable[PolicyResource]) -> frozenset[str]:
    return frozenset(each.urn for each in resources)
