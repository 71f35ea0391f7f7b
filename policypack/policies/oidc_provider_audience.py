"""Block an OIDC provider for GitHub that accepts other audiences than STS, or is not GitHub.

Attack: the owner of a host that only looks like GitHub mints any token; a further audience lets a
token that was meant for another service be replayed against AWS.

Not judged: providers of other issuers. The path `/_services/token` makes any host an Enterprise
Server, since nothing tells which hosts are yours.

Source: "Configuring OpenID Connect in Amazon Web Services", GitHub Docs.
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from pulumi_policy import Severity

from keyless.facts import ENTERPRISE_SERVER_PATH, GITHUB_COM, PARTITIONS, form_of
from keyless.trust.issuers import normalize_issuer
from policypack.enforcement import resource_policy
from policypack.finding import Finding, Report
from policypack.reading import Resource, Unknown
from policypack.resource_types import OIDC_PROVIDER, OIDC_PROVIDER_NATIVE

AUDIENCES = tuple(dict.fromkeys(partition.audience for partition in PARTITIONS))
LOOKS_LIKE_GITHUB = re.compile(
    rf"github|token\.actions|\.ghe\.|{ENTERPRISE_SERVER_PATH}", re.IGNORECASE
)
BORROWED_NAME = re.compile(r"githubusercontent.*/_services/")
"""The name of GitHub's own host inside that of an Enterprise Server."""

LIKENESS = 0.85
"""Share of letters in common from which a host passes for GitHub's."""

CLIENT_IDS = {OIDC_PROVIDER: "clientIdLists", OIDC_PROVIDER_NATIVE: "clientIdList"}


def is_for_github(url: str) -> bool:
    """Say whether a provider is GitHub's, or made to look so."""
    issuer = url.split("://", 1)[-1]
    host = issuer.split("/", 1)[0].lower()
    likeness = SequenceMatcher(None, host, GITHUB_COM, autojunk=False).ratio()
    return bool(LOOKS_LIKE_GITHUB.search(issuer)) or likeness >= LIKENESS


def wrong_issuer(url: str) -> Iterator[Finding]:
    """Refuse plain http and issuers that are almost GitHub's; the state keeps no scheme."""
    scheme, _, issuer = url.rpartition("://")
    if scheme not in ("", "https"):
        yield Finding(
            f'url: "{url}" is not https. Whoever sits on the line can answer with keys of their '
            f'own. Write "https://{issuer}".'
        )
    if not _is_issuer(issuer):
        yield Finding(
            f'url: "{url}" looks like GitHub\'s issuer and is another. Its owner can mint a token '
            f'for any repository. Write "https://{GITHUB_COM}".'
        )


def _is_issuer(issuer: str) -> bool:
    return (
        form_of(issuer) is not None
        and issuer == normalize_issuer(issuer)
        and not BORROWED_NAME.search(issuer)
    )


def wrong_audiences(audiences: list[object] | Unknown) -> Iterator[Finding]:
    """Refuse every audience that is not STS, and having none."""
    listed = audiences if isinstance(audiences, list) else [audiences]
    for audience in listed:
        if isinstance(audience, Unknown):
            yield Finding(
                f"{audience.path}: not known at preview. It may be an audience of another "
                f'service. Write "{AUDIENCES[0]}".'
            )
        elif audience not in AUDIENCES:
            yield Finding(
                f'client ids: "{audience}" is not AWS STS. A token that was meant for another '
                f'service gets in. Write "{AUDIENCES[0]}" alone.'
            )
    if not listed:
        yield Finding(f'client ids: none. No token gets in. Write "{AUDIENCES[0]}".')


def validate(resource: Resource, report: Report) -> None:
    """Judge the issuer and the audiences of a provider for GitHub."""
    url = resource.properties.text("url")
    if not isinstance(url, str):
        report(
            Finding(
                "url: not known at preview. It may be a host that only looks like GitHub. "
                f'Write it out, as in "https://{GITHUB_COM}".'
            )
        )
    elif is_for_github(url):
        for finding in wrong_issuer(url):
            report(finding)
        for finding in wrong_audiences(resource.properties.items(CLIENT_IDS[resource.type])):
            report(finding)


POLICY = resource_policy(
    "oidc-provider-audience",
    display_name="The provider is GitHub's and takes tokens for STS alone",
    description="An OIDC provider for GitHub is GitHub's own and accepts the STS audience alone.",
    severity=Severity.HIGH,
    remediation_steps="Name the issuer of your GitHub and the partition's STS audience, exactly.",
    types=frozenset(CLIENT_IDS),
    validate=validate,
)
