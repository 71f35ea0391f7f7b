"""The secrets provider of a stack file: a passphrase, or a key of the stack's own account."""

import pytest

from keyless.estate.reading.secrets_provider import refused_provider

ACCOUNTS = frozenset({"222222222222"})
ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
ARN = f"arn:aws:kms:eu-west-1:222222222222:key/{ID}"
WRITE = "Write passphrase, or awskms:///arn:aws:kms:REGION:ACCOUNT:key/ID?region=REGION."
ELSEWHERE = (
    "neither a passphrase nor a key of AWS KMS. Pulumi would send its credentials to another "
    f"service, before anything is checked here. {WRITE}"
)
PARAMETER = (
    "an unknown parameter of the address, or a value that the parameter cannot have. It can send "
    "Pulumi's requests to another host, or sign them as somebody else. Write only awssdk, "
    "dualstack, fips, region and context_NAME."
)
NO_KEY = "no ID, alias or ARN of a key. Nobody here can see which key Pulumi would use. " + WRITE
FOREIGN = (
    "a key of the account 333333333333, which aws:allowedAccountIds does not list. Anybody who may "
    "use the key reads what the stack encrypts. Write a key of the stack's account."
)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "default",
        "passphrase",
        f"awskms://{ID}",
        f"awskms://{ID}?region=eu-west-1",
        "awskms://mrk-1234abcd12ab34cd56ef1234567890ab?region=us-gov-west-1",
        "awskms://alias/keyless/prod?region=eu-west-1&awssdk=v2",
        "awskms:///alias/keyless?fips=true&dualstack=false",
        f"awskms:///{ARN}",
        f"awskms:///{ARN}?region=eu-west-1&context_stack=prod",
        "awskms:///arn:aws-cn:kms:cn-north-1:222222222222:alias/keyless",
    ],
)
def test_a_passphrase_and_a_key_of_the_account_are_taken(value: object) -> None:
    assert refused_provider(value, ACCOUNTS) is None


@pytest.mark.parametrize(
    "value",
    [
        "hashivault://key",
        "gcpkms://projects/p/locations/global/keyRings/r/cryptoKeys/k",
        "azurekeyvault://evil.example/keys/k",
        "AWSKMS://alias/keyless",
        " awskms://alias/keyless",
        "awskms:alias/keyless",
        "Passphrase",
        ["passphrase"],
        7,
    ],
)
def test_no_other_service_is_asked(value: object) -> None:
    assert refused_provider(value, ACCOUNTS) == ELSEWHERE


@pytest.mark.parametrize(
    "parameters",
    [
        "endpoint=http://127.0.0.1:1",
        "region=eu-west-1&endpoint=https://kms.example",
        "%65ndpoint=http://127.0.0.1:1",
        "profile=other",
        "role=arn:aws:iam::333333333333:role/r",
        "web_identity_token_file=/tmp/token",
        "anonymous=true",
        "hostname_immutable=true",
        "region=kms.example/",
        "region=us-iso-east-1",
        "region=",
        "region",
        "awssdk=v3",
        "fips=maybe",
        "context_a=b;endpoint=http://127.0.0.1:1",
        "context_=b",
        "context_%0a=b",
        "region=eu-west-1#",
        "?region=eu-west-1",
    ],
)
def test_a_parameter_leads_nowhere_else(parameters: str) -> None:
    assert refused_provider(f"awskms:///{ARN}?{parameters}", ACCOUNTS) == PARAMETER


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/",
        "alias/",
        ID.upper(),
        f"{ID}\n",
        f"user@{ID}",
        "%61lias/keyless",
        ARN,
        f"/{ARN}/",
        f"/{ARN.replace('222222222222', '*')}",
        "/arn:aws:kms:evil:222222222222:alias/keyless",
        "/arn:aws:s3:eu-west-1:222222222222:alias/keyless",
        f"//{ARN}",
        "alias/keyless#",
    ],
)
def test_what_names_no_key_is_refused(key: str) -> None:
    assert refused_provider(f"awskms://{key}", ACCOUNTS) == NO_KEY


@pytest.mark.parametrize("name", [f"key/{ID}", "alias/keyless"])
def test_a_key_of_another_account_is_refused(name: str) -> None:
    address = f"awskms:///arn:aws:kms:eu-west-1:333333333333:{name}?region=eu-west-1"
    assert refused_provider(address, ACCOUNTS) == FOREIGN
    assert refused_provider(address, frozenset()) == FOREIGN
