"""The policy provider-reaches-vendor, run by the pack's analyzer."""

import pytest

from tests.policypack.analyzer import UNKNOWN, Declared, Pack

ID = "provider-reaches-vendor"


def says(pack: Pack, package: str, stack: str = "unconfigured", **inputs: object) -> list[str]:
    return pack.says(ID, Declared(f"pulumi:providers:{package}", "mirror", inputs), stack)


@pytest.mark.parametrize(
    ("package", "key", "value"),
    [
        ("github", "baseUrl", "https://mirror.example/"),
        ("github", "baseUrl", "http://127.0.0.1:8000/"),
        ("github", "baseUrl", "https://api.github.com/X"),
        ("aws", "endpoints", '[{"iam": "https://mirror.example"}]'),
        ("aws", "insecure", "true"),
        ("aws", "httpsProxy", "http://mirror.example:8080"),
        ("aws", "customCaBundle", "mirror.pem"),
        ("aws", "sharedConfigFiles", '["./config"]'),
    ],
)
def test_other_address_is_blocked(pack: Pack, package: str, key: str, value: str) -> None:
    assert says(pack, package, **{key: value}) == [
        f'provider "mirror": {key} is set. Anybody who answers there gets the token, and writes '
        "what they like. Leave it out, or write the address of an issuer that the pack's settings "
        "list."
    ]


@pytest.mark.parametrize(("package", "key"), [("github", "token"), ("aws", "secretKey")])
def test_stored_key_is_blocked(pack: Pack, package: str, key: str) -> None:
    assert says(pack, package, **{key: "x"}) == [
        f'provider "mirror": {key} is set. A key in a program is copied with it. Leave it out, and '
        "let the environment of the update hand it over."
    ]


def test_the_vendors_own_addresses_pass(pack: Pack) -> None:
    issuers = ["github.acme.example/_services/token", "token.actions.acme.ghe.com"]
    stack = pack.configured({"settings": {"issuers": issuers}})
    assert says(pack, "github", owner="acme", baseUrl="https://api.github.com/") == []
    for address in ("https://github.acme.example/", "https://api.acme.ghe.com"):
        assert says(pack, "github", stack, baseUrl=address) == []
        assert len(says(pack, "github", baseUrl=address)) == 1
    assert says(pack, "aws", region="eu-west-1", allowedAccountIds='["222222222222"]') == []


def test_default_provider_is_left_to_the_config(pack: Pack) -> None:
    provider = Declared("pulumi:providers:github", "default_6_15_0", {"baseUrl": "https://x"})
    assert pack.says(ID, provider) == []


@pytest.mark.parametrize("name", ["mirror", "default_7_51_1_https___mirror.example"])
@pytest.mark.parametrize(
    "inputs",
    [
        {"__internal": {"pluginDownloadURL": "https://mirror.example"}},
        {"pluginDownloadURL": "https://mirror.example"},
    ],
)
def test_plugin_of_another_address_is_blocked(
    pack: Pack, name: str, inputs: dict[str, object]
) -> None:
    assert pack.says(ID, Declared("pulumi:providers:aws", name, inputs)) == [
        f'provider "{name}": its plugin comes from "https://mirror.example". It runs beside the '
        "tokens of the update, and writes what it likes. Leave pluginDownloadURL out."
    ]


@pytest.mark.parametrize(
    ("address", "refused"),
    [
        ("https://get.pulumi.com/releases/plugins", 0),
        ("github://api.github.com/pulumi/pulumi-aws", 0),
        ("github://api.github.com/pulumi-mirror/pulumi-aws", 1),
        ("https://get.pulumi.com.mirror.example/", 1),
    ],
)
def test_plugin_of_pulumi_passes(pack: Pack, address: str, refused: int) -> None:
    assert len(says(pack, "aws", __internal={"pluginDownloadURL": address})) == refused


@pytest.mark.parametrize("value", ["", False, "false", "[]", "{}", [], {}])
def test_what_sets_nothing_passes(pack: Pack, value: object) -> None:
    assert says(pack, "aws", endpoints=value, insecure=value, token=value) == []


@pytest.mark.parametrize("value", [True, UNKNOWN, ["x"]])
def test_what_is_no_text_is_no_address_of_ours(pack: Pack, value: object) -> None:
    assert len(says(pack, "github", baseUrl=value)) == 1
