"""The functions (invokes) of the provider."""

import json

import pytest

from tests.sandbox.aws.driver import PROVIDER, Driver, RefusedError
from tests.sandbox.aws.samples import SAMPLES
from tests.sandbox.aws.stand_in import ISSUER, PROVIDER_ARN

_LOOK_UP = "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider"
_REGION = "aws:index/getRegion:getRegion"


def test_the_caller_is_reported(provider: Driver) -> None:
    identity = provider.invoke("aws:index/getCallerIdentity:getCallerIdentity")

    assert identity.keys() == {"id", "accountId", "arn", "userId"}
    assert identity["id"] == identity["accountId"] == "222222222222"
    assert ":222222222222:" in identity["arn"]


@pytest.mark.parametrize(
    ("region", "partition", "suffix", "prefix"),
    [
        ("eu-west-1", "aws", "amazonaws.com", "com.amazonaws"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn", "cn.com.amazonaws"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com", "com.amazonaws"),
    ],
)
def test_the_partition_is_that_of_the_region(
    provider: Driver, region: str, partition: str, suffix: str, prefix: str
) -> None:
    provider.configure(region=region)

    assert provider.invoke("aws:index/getPartition:getPartition") == {
        "id": partition,
        "partition": partition,
        "dnsSuffix": suffix,
        "reverseDnsPrefix": prefix,
    }


def test_the_region_is_described(provider: Driver) -> None:
    assert provider.invoke(_REGION) == {
        "id": "eu-west-1",
        "name": "eu-west-1",
        "region": "eu-west-1",
        "description": "Europe (Ireland)",
        "endpoint": "ec2.eu-west-1.amazonaws.com",
    }
    assert provider.invoke(_REGION, {"region": "eu-west-2"})["description"] == "Europe (London)"


@pytest.mark.parametrize("arguments", [{"arn": PROVIDER_ARN}, {"url": f"https://{ISSUER}"}])
def test_a_provider_is_found(provider: Driver, arguments: dict[str, str]) -> None:
    provider.create(PROVIDER, SAMPLES[PROVIDER] | {"tags": {"team": "platform"}})

    assert provider.invoke(_LOOK_UP, arguments) == {
        "id": PROVIDER_ARN,
        "arn": PROVIDER_ARN,
        "url": ISSUER,
        "clientIdLists": ["sts.amazonaws.com"],
        "thumbprintLists": [],
        "tags": {"team": "platform"},
    }


@pytest.mark.parametrize(
    ("token", "arguments", "message"),
    [
        (_LOOK_UP, {}, "one of arn and url must be given."),
        (_LOOK_UP, {"url": "https://x.example"}, "no IAM OIDC Provider of 'https://x.example'."),
        (
            _LOOK_UP,
            {"arn": PROVIDER_ARN},
            f"invoking {_LOOK_UP}: operation error GetOpenIDConnectProvider, https response error "
            "StatusCode: 404, NoSuchEntity: OpenIDConnect Provider not found for arn "
            f"{PROVIDER_ARN}",
        ),
        (_LOOK_UP, {"colour": "red"}, f"{_LOOK_UP} has no argument 'colour'."),
        (_REGION, {"region": "mars-1"}, "no matching region found: 'mars-1'."),
        (
            "aws:iam/getUser:getUser",
            {"name": "x"},
            "unrecognized function 'aws:iam/getUser:getUser': this AWS provider does not have it.",
        ),
    ],
)
def test_what_cannot_be_answered_is_said(
    provider: Driver, token: str, arguments: dict[str, str], message: str
) -> None:
    with pytest.raises(RefusedError) as caught:
        provider.invoke(token, arguments)
    assert str(caught.value) == message


def test_a_managed_policy_comes_with_its_document(provider: Driver) -> None:
    found = provider.invoke(
        "aws:iam/getPolicy:getPolicy", {"arn": "arn:aws:iam::aws:policy/SecurityAudit"}
    )
    assert found["name"] == "SecurityAudit"
    assert json.loads(found["policy"])["Statement"]
