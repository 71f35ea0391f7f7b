"""The issuer of GitHub's tokens, and what AWS derives from its address.

The four forms are those that GitHub documents ("OpenID Connect reference", "Configuring OpenID
Connect in cloud providers"). The audience is a matter of the partition, not of the issuer.
"""

import re
from dataclasses import dataclass
from typing import Self

from keyless.estate.partition import Partition

GITHUB_COM = "https://token.actions.githubusercontent.com"

_HOST = r"(?=[a-z0-9.-]{4,253}/)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+"
_SHARED = re.compile(
    r"https://token\.actions\.githubusercontent\.com(/[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)?\Z"
)
_DATA_RESIDENCY = re.compile(r"https://token\.actions\.[a-z0-9]([a-z0-9-]*[a-z0-9])?\.ghe\.com\Z")
_ENTERPRISE_SERVER = re.compile(rf"https://({_HOST})/_services/token\Z")
_HOSTED_BY_GITHUB = ("githubusercontent.com", "github.com", "ghe.com")


@dataclass(frozen=True)
class Issuer:
    """An issuer of GitHub tokens; `url` is exactly the `iss` claim of those tokens."""

    url: str

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read one of the four documented forms.

        Raises ValueError with a sentence for any other address.
        """
        server = _ENTERPRISE_SERVER.match(url)
        if server and not _is_hosted_by_github(server[1]):
            return cls(url)
        if _SHARED.match(url) or _DATA_RESIDENCY.match(url):
            return cls(url)
        raise ValueError(
            "is no issuer of GitHub tokens. AWS would trust whoever answers at that address. "
            f"Write {GITHUB_COM}, {GITHUB_COM}/ENTERPRISE, "
            "https://token.actions.SUBDOMAIN.ghe.com or https://HOST/_services/token."
        )

    @property
    def key_prefix(self) -> str:
        """The issuer without its scheme, as it stands before the `:` of AWS's condition keys."""
        return self.url.removeprefix("https://")

    @property
    def is_enterprise_server(self) -> bool:
        """Whether the tokens come from an Enterprise Server, told by the path of its issuer."""
        return self.url.endswith("/_services/token")

    def fills_github_claims(self, partition: Partition) -> bool:
        """Tell whether AWS documents condition keys for GitHub's own claims (`ref`, ids, ...).

        Elsewhere a condition on such a key could keep everybody out, so `aud` and `sub` must do.
        """
        return partition.documented_github_claims and not self.is_enterprise_server

    def provider_arn(self, partition: Partition, account: str) -> str:
        """Compose the ARN of the account's OIDC provider, which is known before it is created."""
        return f"arn:{partition.name}:iam::{account}:oidc-provider/{self.key_prefix}"


def _is_hosted_by_github(host: str) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in _HOSTED_BY_GITHUB)
