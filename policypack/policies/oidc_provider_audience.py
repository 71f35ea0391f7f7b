"""Block an OIDC provider for GitHub that accepts other audiences than STS, or is not GitHub.

Attack: the owner of a host that only looks like GitHub mints any token; a further audience lets a
token that was meant for another service be replayed against AWS.

Not judged: providers of issuers that look like another vendor's.

Source: "Configuring OpenID Connect in Amazon Web Services", GitHub Docs.
"""

from collections.abc import Collection, Iterator

from pulumi_policy import Severity

from keyless.facts import GITHUB_COM, PARTITIONS
from keyless.rules.issuers import is_listed, looks_like_github
from keyless.rules.resources import Unknown
from policypack.enforcement import resource_policy
from policypack.finding import NOT_YET_MADE, Finding, Report
from policypack.reading import Resource
from policypack.resource_types import OIDC_PROVIDER, OIDC_PROVIDER_NATIVE
from policypack.settings import settings_of, where_to_list

AUDIENCES = tuple(dict.fromkeys(partition.audience for partition in PARTITIONS))

AUDIENCE = " or ".join(
    [f'"{AUDIENCES[0]}"']
    + [f'in {each.name} "{each.audience}"' for each in PARTITIONS if each.audience != AUDIENCES[0]]
)
"""What to write, by the partition of the account."""

CLIENT_IDS = {OIDC_PROVIDER: "clientIdLists", OIDC_PROVIDER_NATIVE: "clientIdList"}


def wrong_issuer(url: str, issuers: Collection[str]) -> Iterator[Finding]:
    """Refuse plain http, and an issuer that is not the company's; the state keeps no scheme."""
    scheme, _, issuer = url.rpartition("://")
    if scheme not in ("", "https"):
        yield Finding(
            f'url: "{url}" is not https. Anybody who sits on the line can answer with keys of '
            f'their own. Write "https://{issuer}".'
        )
    if issuer not in issuers:
        listed = " or ".join(f'"https://{each}"' for each in issuers)
        where = where_to_list(issuer)
        or_list = f", or list it {where}" if where else ""
        yield Finding(
            f'url: "{url}" is not among the issuers of the pack\'s settings. Its owner can mint a '
            f"token for any repository. Write {listed}{or_list}."
        )


def wrong_audiences(audiences: list[object] | Unknown) -> Iterator[Finding]:
    """Refuse every audience that is not STS, and having none."""
    listed = audiences if isinstance(audiences, list) else [audiences]
    for audience in listed:
        if isinstance(audience, Unknown):
            yield Finding(
                f"{audience.path}: not known at preview. It may be an audience of another "
                f"service. Write {AUDIENCE}."
            )
        elif audience not in AUDIENCES:
            yield Finding(
                f'client ids: "{audience}" is not AWS STS. A token that was meant for another '
                f"service gets in. Write {AUDIENCE} alone."
            )
    if not listed:
        yield Finding(f"client ids: none. No token gets in. Write {AUDIENCE}.")


def validate(resource: Resource, report: Report) -> None:
    """Judge the issuer and the audiences of a provider for GitHub."""
    url = resource.properties.text("url")
    if not isinstance(url, str):
        report(
            Finding(
                "url: not known at preview. It may be a host that only looks like GitHub. "
                f'Write it out, as in "https://{GITHUB_COM}". {NOT_YET_MADE}'
            )
        )
        return
    settings, issuer = settings_of(resource.stack), url.rpartition("://")[2]
    if looks_like_github(issuer) and not is_listed(issuer, settings.other_issuers):
        for finding in wrong_issuer(url, settings.issuers):
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
