"""Tests of issuers: the four documented forms, and what looks like them."""

import pytest

from keyless.estate.issuer import GITHUB_COM, Issuer
from keyless.estate.partition import AWS, CHINA, EUROPEAN_SOVEREIGN, GOVCLOUD

SERVER = "https://ghes.acme.com/_services/token"


@pytest.mark.parametrize(
    ("url", "prefix", "is_server"),
    [
        (GITHUB_COM, "token.actions.githubusercontent.com", False),
        (f"{GITHUB_COM}/acme-inc", "token.actions.githubusercontent.com/acme-inc", False),
        ("https://token.actions.acme.ghe.com", "token.actions.acme.ghe.com", False),
        (SERVER, "ghes.acme.com/_services/token", True),
    ],
)
def test_documented_forms(url: str, prefix: str, is_server: bool) -> None:
    issuer = Issuer.parse(url)
    assert issuer.key_prefix == prefix
    assert issuer.is_enterprise_server is is_server
    assert issuer.provider_arn(CHINA, "222222222222") == (
        f"arn:aws-cn:iam::222222222222:oidc-provider/{prefix}"
    )


@pytest.mark.parametrize(
    "url",
    [
        "",
        "token.actions.githubusercontent.com",
        "http://token.actions.githubusercontent.com",
        f"{GITHUB_COM}/",
        f"{GITHUB_COM}\n",
        f"{GITHUB_COM}/acme/more",
        f"{GITHUB_COM}.evil.com",
        f"{GITHUB_COM}:443",
        f"{GITHUB_COM}/_services/token",
        "https://evil.github.com/_services/token",
        "https://token.actions.acme.ghe.com.evil.com",
        "https://token.actions.a.b.ghe.com",
        "https://ghes/_services/token",
        "https://ghes.acme.com/_services/token/",
        "https://ghes.acme.com",
        "https://Ghes.acme.com/_services/token",
        "https://user@ghes.acme.com/_services/token",
    ],
)
def test_anything_else_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"^is no issuer of GitHub tokens\. AWS would trust"):
        Issuer.parse(url)


def test_github_claims_are_written_where_aws_documents_them() -> None:
    hosted, server = Issuer(GITHUB_COM), Issuer(SERVER)
    assert hosted.fills_github_claims(AWS)
    assert not any(hosted.fills_github_claims(p) for p in (CHINA, GOVCLOUD, EUROPEAN_SOVEREIGN))
    assert not server.fills_github_claims(AWS)
