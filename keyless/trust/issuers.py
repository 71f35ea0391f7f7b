"""Which OIDC issuers are GitHub, and what is documented of AWS for each.

An issuer is written as AWS writes it, without the scheme: in the provider's ARN and in front of the
condition keys. Look-alikes are other issuers; whether a provider may be created for one is judged
elsewhere.
"""

import re
from typing import Final, NamedTuple

GITHUB_COM: Final = "token.actions.githubusercontent.com"

_DATA_RESIDENCY: Final = re.compile(r"token\.actions\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.ghe\.com")
_SERVER: Final = re.compile(
    r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::[0-9]{1,5})?"
    r"/_services/token"
)
_SLUG: Final = re.compile(r"token\.actions\.githubusercontent\.com/[a-z0-9][a-z0-9_-]*")

_AUDIENCES: Final = {
    "aws-cn": "sts.amazonaws.com.cn",
    "aws-eusc": "sts.eusc-de-east-1.amazonaws.eu",
}
_DOCUMENTED_PARTITIONS: Final = frozenset({"aws", "aws-eusc"})


class Provider(NamedTuple):
    """Name one federated principal: its partition, its issuer without the scheme, whose it is."""

    arn: str
    partition: str
    issuer: str
    is_github: bool


def normalize_issuer(text: str) -> str:
    """Give an issuer as it stands in condition keys: no scheme, no final slash, lower case."""
    issuer = text.strip().lower()
    for scheme in ("https://", "http://"):
        issuer = issuer.removeprefix(scheme)
    return issuer.rstrip("/")


def is_github_issuer(host_path: str) -> bool:
    """Tell whether an issuer (host and path, with or without scheme) is one of GitHub's.

    Source: GitHub docs, "OpenID Connect reference": github.com, an enterprise's own issuer below
    it, data residency, and Enterprise Server.
    """
    issuer = normalize_issuer(host_path)
    return (
        issuer == GITHUB_COM
        or _SLUG.fullmatch(issuer) is not None
        or _DATA_RESIDENCY.fullmatch(issuer) is not None
        or _SERVER.fullmatch(issuer) is not None
    )


def is_one_enterprise(issuer: str) -> bool:
    """Tell whether everybody who can ask this issuer for a token belongs to one enterprise."""
    return issuer != GITHUB_COM


def mints_immutable(issuer: str) -> bool:
    """Tell whether this issuer knows the subject form with ids (Enterprise Server does not)."""
    return not issuer.endswith("/_services/token")


def fills_github_keys(issuer: str, partition: str) -> bool:
    """Tell whether AWS is documented to fill the ten GitHub keys, beyond `aud` and `sub`."""
    return mints_immutable(issuer) and partition in _DOCUMENTED_PARTITIONS


def sts_audience(partition: str) -> str:
    """Give the audience of the partition's STS endpoint."""
    return _AUDIENCES.get(partition, "sts.amazonaws.com")


def read_provider(principal: str) -> Provider | None:
    """Read the ARN of an OIDC provider, or a bare GitHub issuer; None for any other principal."""
    parts = principal.split(":", 5)
    if len(parts) == 6 and parts[5].lower().startswith("oidc-provider/"):
        issuer = normalize_issuer(parts[5][len("oidc-provider/") :])
        return Provider(principal, parts[1].lower(), issuer, is_github_issuer(issuer))
    if is_github_issuer(principal):
        return Provider(principal, "aws", normalize_issuer(principal), True)
    return None
