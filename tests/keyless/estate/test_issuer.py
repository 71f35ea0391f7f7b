"""Tests of issuers: the four documented forms, and what looks like them."""

import pytest

from keyless.estate.issuer import GITHUB_COM, Issuer
from keyless.facts import AWS, CHINA, EUROPEAN_SOVEREIGN, GOVCLOUD

SERVER = "https://ghes.acme.com/_services/token"


@pytest.mark.parametrize(
    ("url", "prefix"),
    [
        (GITHUB_COM, "token.actions.githubusercontent.com"),
        (f"{GITHUB_COM}/acme-inc", "token.actions.githubusercontent.com/acme-inc"),
        ("https://token.actions.acme.ghe.com", "token.actions.acme.ghe.com"),
        ("https://token.actions.acme.ghe.com/acme", "token.actions.acme.ghe.com/acme"),
        (SERVER, "ghes.acme.com/_services/token"),
    ],
)
def test_documented_forms(url: str, prefix: str) -> None:
    issuer = Issuer.parse(url)
    assert issuer.key_prefix == prefix
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
        "https://token.actions.acme.ghe.com/other",
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
