"""Drive the AWS provider over gRPC the way the engine does."""

from dataclasses import dataclass
from typing import Any

import grpc
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from sandbox.aws.accounts import PROD, Account
from sandbox.aws.provider.values import decoded, encoded

PROVIDER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
POLICY = "aws:iam/policy:Policy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"

ORGANIZATION_POLICY = "aws:organizations/policy:Policy"
ORGANIZATION_ATTACHMENT = "aws:organizations/policyAttachment:PolicyAttachment"

Values = dict[str, Any]


class RefusedError(Exception):
    """Report the provider's error, with what it left behind where it said so."""

    def __init__(self, error: grpc.RpcError) -> None:
        super().__init__(error.details())
        self.left: provider_pb2.ErrorResourceInitFailed | None = None
        for key, value in error.trailing_metadata() or ():
            if key == "grpc-status-details-bin":
                (detail,) = status_pb2.Status.FromString(value).details
                self.left = provider_pb2.ErrorResourceInitFailed.FromString(detail.value)


@dataclass
class Difference:
    """Hold the answer to a Diff."""

    changes: bool
    replaces: list[str]
    delete_first: bool
    detailed: dict[str, str]


@dataclass
class Live:
    """Hold a resource that was created."""

    type_name: str
    identifier: str
    inputs: Values
    state: Values


class Driver:
    """Call the provider on one port."""

    def __init__(self, port: int) -> None:
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self.stub = provider_pb2_grpc.ResourceProviderStub(self.channel)
        self.configured_as_usual = False

    def rpc(self, name: str, request: Any) -> Any:
        if name == "Configure":
            self.configured_as_usual = False
        try:
            return getattr(self.stub, name)(request, timeout=30)
        except grpc.RpcError as error:
            raise RefusedError(error) from error

    def configure_as_usual(self) -> None:
        """Configure for the prod account, unless the last test left it so."""
        if not self.configured_as_usual:
            self.configure()
            self.configured_as_usual = True

    def configure(self, account: Account = PROD, **settings: Any) -> None:
        arguments = {
            "region": "eu-west-1",
            "accessKey": account.access_key_id,
            "secretKey": account.secret_access_key,
        } | settings
        self.rpc("Configure", provider_pb2.ConfigureRequest(args=encoded(arguments)))

    def check(
        self, type_name: str, inputs: Values, olds: Values | None = None, name: str = "thing"
    ) -> tuple[Values, dict[str, str]]:
        response = self.rpc(
            "Check",
            provider_pb2.CheckRequest(
                urn=urn(type_name, name), news=encoded(inputs), olds=encoded(olds or {})
            ),
        )
        failures = {failure.property: failure.reason for failure in response.failures}
        return decoded(response.inputs), failures

    def diff(self, live: Live, inputs: Values, ignored: tuple[str, ...] = ()) -> Difference:
        checked = self.checked(live.type_name, inputs, live.inputs)
        response = self.rpc(
            "Diff",
            provider_pb2.DiffRequest(
                id=live.identifier,
                urn=urn(live.type_name),
                olds=encoded(live.state),
                news=encoded(checked),
                old_inputs=encoded(live.inputs),
                ignoreChanges=ignored,
            ),
        )
        kinds = provider_pb2.PropertyDiff.Kind
        return Difference(
            changes=response.changes == provider_pb2.DiffResponse.DIFF_SOME,
            replaces=sorted(response.replaces),
            delete_first=response.deleteBeforeReplace,
            detailed={
                name: kinds.Name(detail.kind) for name, detail in response.detailedDiff.items()
            },
        )

    def checked(self, type_name: str, inputs: Values, olds: Values | None = None) -> Values:
        checked, failures = self.check(type_name, inputs, olds)
        assert failures == {}
        return checked

    def preview(self, type_name: str, inputs: Values) -> Values:
        request = provider_pb2.CreateRequest(
            urn=urn(type_name), properties=encoded(self.checked(type_name, inputs)), preview=True
        )
        return decoded(self.rpc("Create", request).properties)

    def create(self, type_name: str, inputs: Values) -> Live:
        checked = self.checked(type_name, inputs)
        request = provider_pb2.CreateRequest(urn=urn(type_name), properties=encoded(checked))
        response = self.rpc("Create", request)
        return Live(type_name, response.id, checked, decoded(response.properties))

    def read(self, live: Live) -> Live | None:
        response = self.rpc(
            "Read",
            provider_pb2.ReadRequest(
                id=live.identifier,
                urn=urn(live.type_name),
                properties=encoded(live.state),
                inputs=encoded(live.inputs),
            ),
        )
        if not response.id:
            return None
        return Live(
            live.type_name, response.id, decoded(response.inputs), decoded(response.properties)
        )

    def imported(self, type_name: str, identifier: str) -> Live | None:
        return self.read(Live(type_name, identifier, {}, {}))

    def update(self, live: Live, inputs: Values, *, preview: bool = False) -> Live:
        checked = self.checked(live.type_name, inputs, live.inputs)
        request = provider_pb2.UpdateRequest(
            id=live.identifier,
            urn=urn(live.type_name),
            olds=encoded(live.state),
            news=encoded(checked),
            preview=preview,
        )
        state = decoded(self.rpc("Update", request).properties)
        return Live(live.type_name, live.identifier, checked, state)

    def delete(self, live: Live) -> None:
        request = provider_pb2.DeleteRequest(
            id=live.identifier, urn=urn(live.type_name), properties=encoded(live.state)
        )
        self.rpc("Delete", request)

    def invoke(self, token: str, arguments: Values | None = None) -> Values:
        request = provider_pb2.InvokeRequest(tok=token, args=encoded(arguments or {}))
        return decoded(getattr(self.rpc("Invoke", request), "return"))


def urn(type_name: str, name: str = "thing") -> str:
    return f"urn:pulumi:prod::keyless::keyless:index:Role${type_name}::{name}"
