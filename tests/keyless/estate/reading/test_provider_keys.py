"""Keys of the providers and the engine: what is taken, and what is refused by name."""

import pytest

from keyless.estate.reading import SettingsError
from keyless.estate.reading.provider_keys import address_of, refused_keys
from tests.keyless.estate.reading.sample import Raw, read, stack_config

BEHIND = (
    "not taken from a stack file or Pulumi.yaml. It can change where the providers send their "
    "tokens, or as whom they act, behind everything that is checked here."
)
SERVER = "https://github.acme.com/_services/token"
ROLE = "arn:aws:iam::222222222222:role/deploy"

TAKEN: dict[str, object] = {
    "aws:assumeRoles": [{"roleArn": ROLE, "sessionName": "keyless"}],
    "aws:defaultTags": {"tags": {"a": "b"}},
    "aws:maxRetries": "10",
    "aws:stsRegion": "eu-central-1",
    "aws:useFipsEndpoint": "true",
    "github:baseUrl": "https://api.github.com/",
    "github:legacyClient": "false",
    "github:maxRetries": 0,
    "pulumi:tags": {"a": "b"},
    "datadog:apiUrl": "https://example.com",
}


def test_listed_keys_are_taken() -> None:
    assert list(refused_keys({**stack_config(), **TAKEN})) == []


@pytest.mark.parametrize(
    ("key", "instead"),
    [
        ("aws:accessKey", "Set AWS_ACCESS_KEY_ID in the environment."),
        ("aws:endpoints", "Write aws:useFipsEndpoint: true for the FIPS endpoints."),
        ("aws:insecure", "Remove the key."),
        ("aws:profile", "Set AWS_PROFILE in the environment."),
        ("aws:sharedConfigFiles", "Set AWS_CONFIG_FILE in the environment."),
        ("aws:skipCredentialsValidation", "Remove the key."),
        ("github:appAuth", "Set GITHUB_TOKEN in the environment to a token of the App."),
        ("github:organization", "Write github:owner."),
        ("github:token", "Set GITHUB_TOKEN in the environment."),
        ("pulumi:disable-default-providers", "Remove the key."),
        ("aws:endpoints.iam", "Remove the key."),
    ],
)
def test_other_keys_are_refused_without_their_value(key: str, instead: str) -> None:
    assert list(refused_keys({key: "http://127.0.0.1/secret"})) == [f"{key}: {BEHIND} {instead}"]


@pytest.mark.parametrize("value", ["sts.example/", "eu-west-1.example", "", 1])
def test_credentials_are_asked_for_in_a_region(value: object) -> None:
    assert list(refused_keys({"aws:stsRegion": value})) == [
        "aws:stsRegion: no region. Credentials are requested from an address with this name. "
        'Write one as "eu-west-1".'
    ]


@pytest.mark.parametrize(
    ("key", "value", "wanted"),
    [("github:maxRetries", "3", "0"), ("github:legacyClient", True, "false")],
)
def test_the_client_stays_the_one_that_was_tried(key: str, value: object, wanted: str) -> None:
    (said,) = refused_keys({key: value})
    assert said.startswith(f'{key}: not "{wanted}". ')


@pytest.mark.parametrize(
    ("issuer", "address"),
    [
        (None, "https://api.github.com/"),
        ("https://token.actions.githubusercontent.com/acme", "https://api.github.com/"),
        ("https://token.actions.acme.ghe.com", "https://api.acme.ghe.com/"),
        ("https://token.actions.acme.ghe.com/acme", "https://api.acme.ghe.com/"),
        (SERVER, "https://github.acme.com/"),
    ],
)
def test_the_issuer_stands_for_an_address(issuer: str | None, address: str) -> None:
    assert address_of(issuer) == address
    config = {"keyless:issuer": issuer, "github:baseUrl": address}
    assert list(refused_keys(config)) == []
    assert list(refused_keys({**config, "github:baseUrl": "http://127.0.0.1:1/"})) == [
        "github:baseUrl: not the GitHub of keyless:issuer. The provider would send "
        f"its token there, and take its answers for GitHub's. Write {address}, or take the key "
        "away."
    ]


@pytest.mark.parametrize(
    "roles",
    [
        "no json",
        "[" * 100_000,
        f'[{{"roleArn": "arn:aws:iam::333333333333:role/deploy", "roleArn": "{ROLE}"}}]',
        [{"roleArn": "arn:aws:iam::333333333333:role/deploy"}],
        [{"roleArn": "arn:aws:iam::222222222222:role/*"}],
        [{}],
        [{"roleArn": ROLE}, {"roleArn": 1}],
    ],
)
def test_a_role_of_another_account_is_not_assumed(roles: object) -> None:
    config = {"aws:assumeRoles": roles, "aws:allowedAccountIds": '["222222222222"]'}
    (said,) = refused_keys(config)
    assert "no literal ARN of a role in the account of aws:allowedAccountIds." in said


def test_nothing_is_asked_while_a_key_is_refused() -> None:
    """A missing id would be looked up, with a token, at an address that nobody has checked."""
    config: Raw = {**stack_config(), "github:baseUrl": "http://127.0.0.1:1/"}
    del config["keyless:owner_id"]
    with pytest.raises(SettingsError) as raised:
        read(config)
    assert raised.value.missing_ids == ()
    assert len(raised.value.errors) == 1
