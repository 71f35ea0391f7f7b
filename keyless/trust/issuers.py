"""Which OIDC issuers are GitHub's, and which principals name one.

An issuer is written as AWS writes it, without the scheme: in the provider's ARN and in front of the
condition keys. Look-alikes are other issuers; whether a provider may be created for one is judged
elsewhere.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from keyless import facts

_ANY_SERVER: Final = re.compile(
    rf"{facts.HOST_LABEL}(?:\.{facts.HOST_LABEL})*(?::[0-9]{{1,5}})?{facts.ENTERPRISE_SERVER_PATH}"
)
"""What passes for an Enterprise Server: AWS could not reach all of them, and judging is safe."""


class Provider(NamedTuple):
    """Name one federated principal: its partition, its issuer without the scheme, whose it is."""

    arn: str
    partition: str
    issuer: str
    is_github: bool


def normalize_issuer(text: str) -> str:
    """Give an issuer as it stands in condition keys: no scheme, no final slash, lower case."""
    return text.strip().lower().removeprefix("https://").removeprefix("http://").rstrip("/")


def is_github_issuer(host_path: str) -> bool:
    """Tell whether an issuer (host and path, with or without scheme) is one of GitHub's."""
    issuer = normalize_issuer(host_path)
    return facts.form_of(issuer) is not None or _ANY_SERVER.fullmatch(issuer) is not None


def recognizer(issuers: Iterable[str], other_issuers: Iterable[str]) -> Callable[[str], bool]:
    """Give the test whether an issuer is GitHub's, where some are listed as GitHub's or others'."""
    ours = frozenset(map(normalize_issuer, issuers))
    others = frozenset(map(normalize_issuer, other_issuers))
    return lambda issuer: issuer in ours or (issuer not in others and is_github_issuer(issuer))


def read_provider(
    principal: str, is_github: Callable[[str], bool] = is_github_issuer
) -> Provider | None:
    """Read the ARN of an OIDC provider, or a bare GitHub issuer; None for any other principal."""
    parts = principal.split(":", 5)
    if len(parts) == 6 and parts[5].lower().startswith("oidc-provider/"):
        issuer = normalize_issuer(parts[5][len("oidc-provider/") :])
        return Provider(principal, parts[1].lower(), issuer, is_github(issuer))
    issuer = normalize_issuer(principal)
    return Provider(principal, "aws", issuer, True) if is_github(issuer) else None
