"""Run a program on the SDK's mocks, and say what it registers; no engine is there."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context
from typing import Any, NamedTuple

import pulumi
from google.protobuf.json_format import MessageToDict
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks, set_mocks
from pulumi.runtime.mocks import MockMonitor

from components.lookups.recorded import read_recorded

State = Mapping[str, Mapping[str, Any]]
"""What the state records: type and outputs of each resource, by any key."""


_LOOP = asyncio.new_event_loop()
"""One for all tests: the SDK leaves tasks and threads with it, which warn when it is closed."""


class Registered(NamedTuple):
    """One resource that a program registers; others are named as KIND::NAME."""

    type: str
    inputs: dict[str, Any]
    parent: str
    after: frozenset[str]
    """What it states to depend on."""
    hooks: dict[str, list[str]]
    """The names of its hooks, by `before_create` and the like."""
    aliases: list[str]
    """Its aliases: URNs as they are, others by their names."""
    protect: bool
    retain_on_delete: bool


class _Provider(Mocks):
    """Answer a registration with its inputs, and the question for the state."""

    def __init__(self, state: State) -> None:
        self._state = state

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        return f"{args.name}-id", args.inputs

    def call(self, args: MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        assert args.token == "pulumi:pulumi:readStackResourceOutputs"
        return {"outputs": self._state}, []


class _Monitor(MockMonitor):
    """Remember requests whole, where the SDK's own keeps URN, id and state."""

    def __init__(self, mocks: Mocks) -> None:
        super().__init__(mocks)
        self.requests: list[Any] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the SDK's name
        self.requests.append(request)
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]


@contextmanager
def mocked(*, preview: bool = True, state: State | None = None) -> Iterator[_Monitor]:
    """Put the SDK on mocks, as in a preview or an up of the stack prod."""
    asyncio.set_event_loop(_LOOP)
    read_recorded.cache_clear()
    provider = _Provider(state or {})
    monitor = _Monitor(provider)
    set_mocks(
        provider, "keyless", "prod", preview=preview, monitor=monitor, organization="organization"
    )
    yield monitor
    read_recorded.cache_clear()


def register(
    program: Callable[[], object], *, preview: bool = True, state: State | None = None
) -> dict[str, Registered]:
    """Return what a program registers, by KIND::NAME, such as `Role::storefront/branch/main/read`.

    Raises what the program, or what it waits for, raises. Each runs in a context of its own, where
    no stack is yet: a transformation of one stack is none of the next.
    """
    return Context().run(_register, program, preview=preview, state=state)


def _register(
    program: Callable[[], object], *, preview: bool, state: State | None
) -> dict[str, Registered]:
    with mocked(preview=preview, state=state) as monitor:

        def run() -> None:
            program()

        pulumi.runtime.test(run)()  # type: ignore[no-untyped-call]
    requests = [each for each in monitor.requests if each.type != "pulumi:pulumi:Stack"]
    return {_key(f"{each.type}::{each.name}"): _registered(each) for each in requests}


def _registered(request: Any) -> Registered:
    return Registered(
        type=request.type,
        inputs=MessageToDict(request.object),
        parent=_key(request.parent),
        after=frozenset(map(_key, request.dependencies)),
        hooks=MessageToDict(request.hooks, preserving_proto_field_name=True),
        aliases=[each.urn or each.spec.name for each in request.aliases],
        protect=request.protect,
        retain_on_delete=request.retainOnDelete,
    )


def _key(urn: str) -> str:
    """Return the last part of a type, and the name."""
    types, name = urn.split("::")[-2:]
    return f"{types.rpartition(':')[2]}::{name}"
