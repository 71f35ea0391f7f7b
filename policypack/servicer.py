"""Answer the engine: judge each resource by the policies of its type, and read it once for all.

The SDK runs every policy on every resource, and turns the resource from protobuf into plain data
and proxies anew for each, which is most of what a pack of many policies costs. A memory goes before
each of the SDK's functions that do so, and keeps what one request carries until it is answered.
Policies share what they get, and so must not change it.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import SimpleNamespace
from typing import Any

from google.protobuf import json_format
from pulumi_policy import Policy
from pulumi_policy import policy as sdk
from pulumi_policy.deserialize import deserialize_properties
from pulumi_policy.proxy import unknown_checking_proxy

from policypack.enforcement import ResourcePolicy


class Once(threading.local):
    """A function that returns to each thread what it returned for the same object before.

    The objects are held beside the results, so that no other object can have the identity of one.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._known: dict[int, tuple[object, Any]] = {}

    def __call__(self, given: object, *options: object) -> Any:
        """Call the function, or return what it returned; with options it is always called."""
        if options:
            return self._function(given, *options)
        known = self._known.get(id(given))
        if known is None:
            known = self._known[id(given)] = (given, self._function(given))
        return known[1]

    def forget(self) -> None:
        """Let go of all objects and results."""
        self._known.clear()


_SDK: Any = sdk._PolicyAnalyzerServicer
_PLAIN = Once(json_format.MessageToDict)
_DESERIALIZED = Once(deserialize_properties)
_PROXIES = Once(unknown_checking_proxy)
# Neither looks at the servicer; one that began to would end in an error, and nothing would pass.
_OPTIONS = Once(partial(_SDK._get_resource_options, None))
_PROVIDER = Once(partial(_SDK._get_provider_resource, None))


class Reader(_SDK):  # type: ignore[misc]  # a class of the SDK's, under whatever name it is now
    """The SDK's servicer, reading each resource of a request once."""

    _get_resource_options = _OPTIONS
    _get_provider_resource = _PROVIDER

    def Analyze(self, request: Any, context: object) -> Any:  # noqa: N802
        """Run the resource policies on one resource."""
        with _one_request():
            return super().Analyze(request, context)

    def Remediate(self, request: Any, context: object) -> Any:  # noqa: N802
        """Run the remediations on one resource; every pack is asked to, and this one has none."""
        with _one_request():
            return super().Remediate(request, context)

    def AnalyzeStack(self, request: Any, context: object) -> Any:  # noqa: N802
        """Run the stack policies on all resources."""
        with _one_request():
            return super().AnalyzeStack(request, context)


class Servicer(Reader):
    """The servicer of a pack; on a resource run the policies that judge its type, and no others."""

    def __init__(self, name: str, version: str, policies: list[Policy], *settings: object) -> None:
        super().__init__(name, version, policies, *settings)

        def reader(kind: str) -> Reader:
            return Reader(name, version, [p for p in policies if _judges(p, kind)], *settings)

        kinds = {
            kind for each in policies if isinstance(each, ResourcePolicy) for kind in each.types
        }
        self._readers = {kind: reader(kind) for kind in kinds}
        self._of_others = reader("")
        self._all: tuple[Any, ...] = (*self._readers.values(), self._of_others, super())

    def Analyze(self, request: Any, context: object) -> Any:  # noqa: N802
        """Run on one resource the policies of its type."""
        return self._readers.get(request.type, self._of_others).Analyze(request, context)

    def Configure(self, request: Any, context: object) -> Any:  # noqa: N802
        """Take the configuration of the policies."""
        with _one_request():
            return [each.Configure(request, context) for each in self._all][-1]

    def ConfigureStack(self, request: Any, context: object) -> Any:  # noqa: N802
        """Take what the engine says of the stack: its tags, as far as it knows them."""
        return [each.ConfigureStack(request, context) for each in self._all][-1]


def use_this_servicer() -> None:
    """Let the SDK read with a memory, and answer with the servicer above."""
    vars(sdk).update(
        json_format=SimpleNamespace(MessageToDict=_PLAIN),
        deserialize_properties=_DESERIALIZED,
        unknown_checking_proxy=_PROXIES,
        _PolicyAnalyzerServicer=Servicer,
    )


def _judges(policy: Policy, kind: str) -> bool:
    """Say whether a policy may judge a type; one that names no types may judge any."""
    return not isinstance(policy, ResourcePolicy) or kind in policy.types


@contextmanager
def _one_request() -> Iterator[None]:
    try:
        yield
    finally:
        for memory in (_PLAIN, _DESERIALIZED, _PROXIES, _OPTIONS, _PROVIDER):
            memory.forget()
