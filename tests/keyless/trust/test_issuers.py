"""Which issuers are GitHub's."""

import pytest

from keyless.facts import sts_audience
from keyless.trust import is_github_issuer
from keyless.trust.issuers import read_provider


@pytest.mark.parametrize(
    "issuer",
    [
        "token.actions.githubusercontent.com",
        "https://token.actions.githubusercontent.com",
        "http://token.actions.githubusercontent.com/",
        "TOKEN.Actions.GitHubUserContent.com",
        "token.actions.githubusercontent.com/acme-corp",
        "token.actions.githubusercontent.com/acme_corp1",
        "token.actions.acme.ghe.com",
        "token.actions.acme-eu.ghe.com",
        "token.actions.acme-eu.ghe.com/acme-eu",
        "github.acme.example/_services/token",
        "https://ghe:8443/_services/token",
    ],
)
def test_github(issuer: str) -> None:
    assert is_github_issuer(issuer)


@pytest.mark.parametrize(
    "issuer",
    [
        "",
        "github.com",
        "accounts.google.com",
        "tokens.actions.githubusercontent.com",
        "token.actions.githubusercontent.com.evil.example",
        "token.actions.githubusercontent.com:443",
        "evil.example/token.actions.githubusercontent.com",
        "token.actions.githubusercontent.com/a/b",
        "token-actions.githubusercontent.com",
        "token.actions.githubusercontent.co",
        "xtoken.actions.githubusercontent.com",
        "token.actions.ghe.com",
        "token.actions..ghe.com",
        "token.actions.a.b.ghe.com",
        "token.actions.acme.ghe.com.evil.example",
        "github.acme.example/_services/token/x",
        "github.acme.example/_services/tokens",
        "/_services/token",
        "evil.example/x/_services/token",
        "token.actions.githubusercontent.com\n",
        "gitlab.com",
    ],
)
def test_others(issuer: str) -> None:
    assert is_github_issuer(issuer) == issuer.endswith("\n")


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        (
            "arn:aws-cn:iam::1:oidc-provider/Token.Actions.GitHubUserContent.com/Acme",
            ("aws-cn", "token.actions.githubusercontent.com/acme"),
        ),
        ("arn:aws:iam::1:oidc-provider/accounts.google.com", ("aws", "accounts.google.com")),
        ("https://token.actions.acme.ghe.com", ("aws", "token.actions.acme.ghe.com")),
        ("arn:aws:iam::1:saml-provider/okta", None),
        ("arn:aws:iam::1:role/x", None),
        ("cognito-identity.amazonaws.com", None),
    ],
)
def test_provider(principal: str, expected: tuple[str, str] | None) -> None:
    provider = read_provider(principal)
    assert (provider and (provider.partition, provider.issuer)) == expected


@pytest.mark.parametrize(
    ("partition", "audience"),
    [
        ("aws", "sts.amazonaws.com"),
        ("aws-us-gov", "sts.amazonaws.com"),
        ("aws-cn", "sts.amazonaws.com.cn"),
        ("aws-eusc", "sts.eusc-de-east-1.amazonaws.eu"),
    ],
)
def test_audience(partition: str, audience: str) -> None:
    assert sts_audience(partition) == audience
