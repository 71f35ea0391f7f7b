"""Answer the engine: Pulumi's ResourceProvider service over the registries of this provider.

Protocol: `provider.proto` of the Pulumi SDK. What is not answered here (Handshake, Parameterize,
Construct and others) is unimplemented to the engine, which does without.
"""
# ruff: noqa: N802, ARG002 - names and parameters of the methods are the protocol's

import json
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from threading import Event
from typing import Any, NoReturn, TypeVar

import grpc
from botocore.exceptions import ClientError
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from sandbox.aws.provider import VERSION
from sandbox.aws.provider.changes import Change, changes, collides
from sandbox.aws.provider.check import Failure, checked
from sandbox.aws.provider.connection import SETTINGS, Connection
from sandbox.aws.provider.failures import ProviderError, UnknownTokenError, attempting, is_gone
from sandbox.aws.provider.functions import FUNCTIONS, call
from sandbox.aws.provider.resource_type import Existing, ResourceType
from sandbox.aws.provider.resources import RESOURCES
from sandbox.aws.provider.schema import schema
from sandbox.aws.provider.states import inputs_of, planned, settled, unfinished
from sandbox.aws.provider.values import Properties, decoded, encoded

_STRUCTURED = ("allowedAccountIds", "forbiddenAccountIds", "defaultTags")
_NOTHING: tuple[Any, ...] = (None, "", [], {})
_ENGINE_SETTINGS = {"version", "pluginDownloadURL", "__internal"}

_Method = TypeVar("_Method", bound=Callable[..., Any])


def _answering(method: _Method) -> _Method:
    """Answer a `ProviderError` as the call's error, with nothing but its text."""

    @wraps(method)
    def answer(self: Any, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return method(self, request, context)
        except ProviderError as error:
            _abort(context, str(error))

    return answer  # type: ignore[return-value]  # wraps keeps the signature, unseen by mypy


def _abort(context: grpc.ServicerContext, text: str, detail: Any = None) -> NoReturn:
    unknown = grpc.StatusCode.UNKNOWN
    if detail is not None:
        status = status_pb2.Status(code=unknown.value[0], message=text)
        status.details.add().Pack(detail)
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(unknown, text)
    raise AssertionError("abort does not return")


class ProviderServicer(provider_pb2_grpc.ResourceProviderServicer):
    """Serve one engine; `cancelled` is set when it asks to stop."""

    def __init__(self, cancelled: Event) -> None:
        self._cancelled = cancelled
        self._connection: Connection | None = None

    def GetPluginInfo(
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> plugin_pb2.PluginInfo:
        """Tell which version of pulumi-aws this stands for."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetSchema(
        self, request: provider_pb2.GetSchemaRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetSchemaResponse:
        """Describe resources and functions."""
        return provider_pb2.GetSchemaResponse(schema=json.dumps(schema()))

    def CheckConfig(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Refuse settings that would have no effect here."""
        strange = decoded(request.news).keys() - SETTINGS - _ENGINE_SETTINGS
        reason = "this AWS provider does not have the setting."
        failures = [Failure(each, reason) for each in sorted(strange)]
        return _check_response(request.news, failures)

    def DiffConfig(
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """Tell whether settings changed; no resource is replaced for that."""
        return _diff_response(request.olds != request.news)

    @_answering
    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        """Connect, once the credentials are seen to be of an account that is allowed."""
        settings = decoded(request.args)
        for name in _STRUCTURED:
            if isinstance(settings.get(name), str):
                settings[name] = json.loads(settings[name])
        self._connection = Connection(settings)
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    @_answering
    def Invoke(
        self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.InvokeResponse:
        """Carry out a function."""
        if request.tok not in FUNCTIONS:
            raise UnknownTokenError("function", request.tok)
        with attempting(f"invoking {request.tok}"):
            result = call(self._aws, request.tok, decoded(request.args))
        return provider_pb2.InvokeResponse(**{"return": encoded(result)})

    @_answering
    def Check(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Fill in defaults, and report everything that is wrong with the inputs."""
        kind = _kind(request.urn)
        name = request.urn.split("::", 3)[3]
        inputs, failures = checked(kind, name, decoded(request.olds), decoded(request.news))
        return _check_response(encoded(inputs), failures)

    @_answering
    def Diff(
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """Tell what separates the state from the inputs, and whether that replaces."""
        state, inputs = decoded(request.olds), decoded(request.news)
        found = [
            each
            for each in changes(_kind(request.urn), self._aws, state, inputs).values()
            if each.name not in request.ignoreChanges
        ]
        replaces = [each.name for each in found if each.replaces]
        response = _diff_response(bool(found))
        response.diffs.extend(each.name for each in found)
        response.replaces.extend(replaces)
        response.deleteBeforeReplace = bool(replaces) and collides(state, inputs)
        response.hasDetailedDiff = True
        for each in found:
            if each.name != "tagsAll" or "tags" not in response.diffs:
                response.detailedDiff[each.name].kind = _diff_kind(each)
        return response

    @_answering
    def Create(
        self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CreateResponse:
        """Create a resource, or tell in a preview what it will be.

        A failure after the resource exists is reported together with what exists, so that the
        engine keeps it in the state and updates it next time.
        """
        kind, inputs = _kind(request.urn), decoded(request.properties)
        if request.preview:
            shown = planned(kind, self._aws, inputs, {}, ())
            return provider_pb2.CreateResponse(properties=encoded(shown))
        with attempting(f"creating {kind.label} ({inputs.get('name', '')})".removesuffix(" ()")):
            identifier = kind.create(self._aws, inputs)
        try:
            with attempting(f"completing {kind.label} ({identifier})"):
                kind.complete(self._aws, identifier, inputs)
            state = self._state(kind, Existing(identifier, inputs))
        except ProviderError as error:
            left = _left(identifier, unfinished(kind, inputs), inputs, str(error))
            _abort(context, str(error), left)
        return provider_pb2.CreateResponse(id=identifier, properties=encoded(state))

    @_answering
    def Read(
        self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ReadResponse:
        """Return what AWS contains, for a refresh or an import; no identifier: nothing is there."""
        kind = _kind(request.urn)
        inputs, state = decoded(request.inputs), decoded(request.properties)
        found = self._found(kind, Existing(request.id, inputs or state))
        if found is None:
            return provider_pb2.ReadResponse()
        now = settled(kind, found, state)
        return provider_pb2.ReadResponse(
            id=request.id,
            properties=encoded(now),
            inputs=encoded(inputs_of(kind, now, inputs)),
        )

    @_answering
    def Update(
        self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.UpdateResponse:
        """Update a resource in place, or tell in a preview what it will be.

        A failure is reported together with what AWS has by then, as far as that can be read: so
        the next update starts from there, whether it goes forward or back.
        """
        kind, olds, news = _kind(request.urn), decoded(request.olds), decoded(request.news)
        changed = changes(kind, self._aws, olds, news).keys()
        if request.preview:
            shown = planned(kind, self._aws, news, olds, changed)
            return provider_pb2.UpdateResponse(properties=encoded(shown))
        existing = Existing(request.id, news)
        try:
            with attempting(f"updating {kind.label} ({request.id})"):
                kind.update(self._aws, Existing(request.id, olds), news, changed)
        except ProviderError as error:
            with suppress(ProviderError):
                left = _left(request.id, self._state(kind, existing), news, str(error))
                _abort(context, str(error), left)
            raise
        return provider_pb2.UpdateResponse(properties=encoded(self._state(kind, existing)))

    @_answering
    def Delete(
        self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Delete a resource."""
        kind = _kind(request.urn)
        with attempting(f"deleting {kind.label} ({request.id})"):
            kind.delete(self._aws, Existing(request.id, decoded(request.properties)))
        return empty_pb2.Empty()

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Stop once the calls under way are done."""
        self._cancelled.set()
        return empty_pb2.Empty()

    @property
    def _aws(self) -> Connection:
        if self._connection is None:
            raise ProviderError("the AWS provider has not been configured.")
        return self._connection

    def _found(self, kind: ResourceType, existing: Existing) -> Properties | None:
        with attempting(f"reading {kind.label} ({existing.identifier})"):
            try:
                return kind.read(self._aws, existing)
            except ClientError as error:
                if is_gone(error):
                    return None
                raise

    def _state(self, kind: ResourceType, existing: Existing) -> Properties:
        found = self._found(kind, existing)
        if found is None:
            raise ProviderError(f"reading {kind.label} ({existing.identifier}): it is gone.")
        return settled(kind, found, existing.known)


def _kind(urn: str) -> ResourceType:
    """Return the resource type in `urn`: urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME."""
    token = urn.split("::")[2].rpartition("$")[2]
    if token not in RESOURCES:
        raise UnknownTokenError("resource type", token)
    return RESOURCES[token]


def _left(
    identifier: str, state: Properties, inputs: Properties, reason: str
) -> provider_pb2.ErrorResourceInitFailed:
    """Describe a resource that exists, though not as it was meant to be."""
    return provider_pb2.ErrorResourceInitFailed(
        id=identifier, properties=encoded(state), inputs=encoded(inputs), reasons=[reason]
    )


def _check_response(
    inputs: struct_pb2.Struct, failures: list[Failure]
) -> provider_pb2.CheckResponse:
    refused = [
        provider_pb2.CheckFailure(property=each.property, reason=each.reason) for each in failures
    ]
    return provider_pb2.CheckResponse(inputs=inputs, failures=refused)


def _diff_response(differs: bool) -> provider_pb2.DiffResponse:
    kinds = provider_pb2.DiffResponse
    return kinds(changes=kinds.DIFF_SOME if differs else kinds.DIFF_NONE)


def _diff_kind(change: Change) -> "provider_pb2.PropertyDiff.Kind.ValueType":
    kinds = provider_pb2.PropertyDiff
    if change.old in _NOTHING:
        return kinds.ADD_REPLACE if change.replaces else kinds.ADD
    if change.new in _NOTHING:
        return kinds.DELETE_REPLACE if change.replaces else kinds.DELETE
    return kinds.UPDATE_REPLACE if change.replaces else kinds.UPDATE
