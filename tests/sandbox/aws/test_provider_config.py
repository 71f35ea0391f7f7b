"""The provider's settings: region, credentials, allowed accounts; and what it says of itself."""

import json

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2
from pulumi_aws import iam, organizations

from sandbox.aws.accounts import STAGING, Account
from sandbox.aws.provider.resources import RESOURCES
from sandbox.aws.provider.values import encoded
from tests.sandbox.aws.driver import ROLE, Driver, RefusedError
from tests.sandbox.aws.samples import SAMPLES
from tests.sandbox.aws.stand_in import StandIn

_IDENTITY = "aws:index/getCallerIdentity:getCallerIdentity"


def test_credentials_select_the_account(unconfigured: Driver) -> None:
    unconfigured.configure(STAGING, allowedAccountIds='["111111111111"]')

    assert unconfigured.invoke(_IDENTITY)["accountId"] == "111111111111"


@pytest.mark.parametrize(
    "settings",
    [{"allowedAccountIds": ["222222222222"]}, {"forbiddenAccountIds": '["111111111111"]'}],
)
def test_another_account_is_not_allowed(unconfigured: Driver, settings: dict[str, object]) -> None:
    with pytest.raises(RefusedError) as caught:
        unconfigured.configure(STAGING, **settings)

    assert str(caught.value) == "AWS account ID not allowed: 111111111111"


def test_credentials_that_are_not_valid_are_refused(unconfigured: Driver) -> None:
    with pytest.raises(RefusedError) as caught:
        unconfigured.configure(Account("111111111111", "AKIAIOSFODNN7EXAMPLE", "x"))

    assert str(caught.value) == (
        "validating AWS credentials: operation error GetCallerIdentity, https response error "
        "StatusCode: 403, InvalidClientTokenId: The security token included in the request is "
        "invalid."
    )


def test_credentials_and_region_may_come_from_the_environment(
    unconfigured: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**STAGING.environment, "AWS_REGION": "cn-north-1"}.items():
        monkeypatch.setenv(name, value)

    unconfigured.rpc("Configure", provider_pb2.ConfigureRequest())

    assert unconfigured.invoke("aws:index/getPartition:getPartition")["partition"] == "aws-cn"
    assert unconfigured.invoke(_IDENTITY)["accountId"] == "111111111111"


def test_a_region_is_needed(unconfigured: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(RefusedError) as caught:
        unconfigured.configure(region="")
    assert str(caught.value) == "invalid AWS region: none is set. Set aws:region or AWS_REGION."


def test_a_setting_without_effect_is_refused(unconfigured: Driver) -> None:
    settings = {"region": "eu-west-1", "version": "7.51.1", "assumeRoles": "[]", "endpoints": "[]"}
    response = unconfigured.rpc("CheckConfig", provider_pb2.CheckRequest(news=encoded(settings)))

    assert {each.property: each.reason for each in response.failures} == dict.fromkeys(
        ("assumeRoles", "endpoints"), "this AWS provider does not have the setting."
    )
    assert response.inputs == encoded(settings)


@pytest.mark.parametrize(("region", "changes"), [("eu-west-1", 1), ("eu-west-2", 2)])
def test_changed_settings_replace_nothing(unconfigured: Driver, region: str, changes: int) -> None:
    response = unconfigured.rpc(
        "DiffConfig",
        provider_pb2.DiffRequest(
            olds=encoded({"region": "eu-west-1"}), news=encoded({"region": region})
        ),
    )

    assert (response.changes, list(response.replaces)) == (changes, [])


def test_previews_are_supported(unconfigured: Driver, aws: StandIn) -> None:
    arguments = {
        "region": "eu-west-1",
        "accessKey": STAGING.access_key_id,
        "secretKey": STAGING.secret_access_key,
    }
    response = unconfigured.rpc("Configure", provider_pb2.ConfigureRequest(args=encoded(arguments)))

    assert (response.supportsPreview, response.acceptSecrets, response.acceptResources) == (
        True,
        False,
        False,
    )
    assert [entry.action for entry in aws.journal.entries()] == ["GetCallerIdentity"]


def test_the_version_is_that_of_pulumi_aws(unconfigured: Driver) -> None:
    assert unconfigured.rpc("GetPluginInfo", Empty()).version == "7.51.1"


@pytest.mark.parametrize("method", ["Handshake", "Parameterize", "Construct"])
def test_what_the_provider_lacks_is_unimplemented(unconfigured: Driver, method: str) -> None:
    request = {
        "Handshake": provider_pb2.ProviderHandshakeRequest(),
        "Parameterize": provider_pb2.ParameterizeRequest(),
        "Construct": provider_pb2.ConstructRequest(),
    }[method]

    with pytest.raises(grpc.RpcError) as caught:
        getattr(unconfigured.stub, method)(request)
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


def test_the_schema_has_every_type_with_its_inputs(unconfigured: Driver) -> None:
    schema = json.loads(unconfigured.rpc("GetSchema", provider_pb2.GetSchemaRequest()).schema)

    assert schema["resources"].keys() == RESOURCES.keys()
    assert schema["resources"][ROLE]["requiredInputs"] == ["assumeRolePolicy"]
    assert schema["resources"][ROLE]["inputProperties"].keys() >= SAMPLES[ROLE].keys()


@pytest.mark.parametrize("type_name", RESOURCES)
def test_properties_are_those_of_pulumi_aws(type_name: str) -> None:
    """Compare with the installed SDK; what it has beyond is named here, and nothing else."""
    module = iam if type_name.startswith("aws:iam/") else organizations
    resource = getattr(module, type_name.rpartition(":")[2])
    names = {
        getter.fget.__dict__.get("_pulumi_name", name)
        for name, getter in vars(resource).items()
        if isinstance(getter, property)
    }
    beyond = {"delayAfterPolicyCreationInMs"} if type_name.endswith("iam/policy:Policy") else set()

    assert {each.name for each in RESOURCES[type_name].properties} == names - beyond
