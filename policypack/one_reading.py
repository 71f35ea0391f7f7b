"""Read each resource once, where the SDK reads it again for every policy.

Turning a resource from protobuf into plain data and proxies is most of what a pack of many
policies costs. A memory goes before each of the SDK's functions that do so, and keeps what one
request carries until the next begins. Policies share what they get, and so must not change it.
"""

import threading
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

from google.protobuf import json_format
from pulumi_policy import policy as sdk
from pulumi_policy.deserialize import deserialize_properties
from pulumi_policy.proxy import unknown_checking_proxy


class Once(threading.local):
    """A function that returns to each thread what it returned for the same object before.

    The objects are held beside the results, so that no other object can have the identity of one.
    The SDK asks for the objects of a request over and over, once for each policy: the first new one
    after that begins the next request, and everything is forgotten.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._known: dict[int, tuple[object, Any]] = {}
        self._repeated = False

    def __call__(self, given: object, *options: object) -> Any:
        """Call the function, or return what it returned; with options it is always called."""
        if options:
            return self._function(given, *options)
        known = self._known.get(id(given))
        if known:
            self._repeated = True
            return known[1]
        if self._repeated:
            self._known.clear()
            self._repeated = False
        result = self._function(given)
        self._known[id(given)] = (given, result)
        return result


def read_each_resource_once() -> None:
    """Put a memory before the functions with which the SDK reads a resource."""
    vars(sdk).update(
        json_format=SimpleNamespace(MessageToDict=Once(json_format.MessageToDict)),
        deserialize_properties=Once(deserialize_properties),
        unknown_checking_proxy=Once(unknown_checking_proxy),
    )
    servicer: Any = sdk._PolicyAnalyzerServicer
    # It does not look at the servicer; if it began to, nothing could be judged and nothing passes.
    servicer._get_provider_resource = Once(partial(servicer._get_provider_resource, None))
