"""Block a provider of a program that talks to another address, or carries a stored key.

Attack: a provider whose address is somebody else's hands them the token of the pipeline, and what
it writes and reads there is not what this pack judges.

Not judged: default providers, whose address comes from the stack's config; the program refuses it
there. The plugin of any of them is judged: a resource can name another by its address.

Source: "Default and explicit providers", Pulumi documentation.
"""

import re
from collections.abc import Collection, Iterator, Mapping

from pulumi_policy import Severity

from keyless.facts import GITHUB_COM
from keyless.rules.issuers import addresses_of
from policypack.enforcement import resource_policy
from policypack.finding import Finding, Report
from policypack.reading import Resource
from policypack.settings import settings_of

PROVIDERS = re.compile(r"pulumi:providers:(?:aws|aws-native|awscc|github)")

DEFAULT = re.compile(r"default(?:_[0-9]+_[0-9]+_[0-9]+.*)?")
"""What the engine calls a default provider, with the version of its plugin if one is asked for."""

ADDRESSES = (
    *("baseUrl", "endpoints", "insecure", "s3UsePathStyle", "ec2MetadataServiceEndpoint"),
    *("customCaBundle", "httpProxy", "httpsProxy", "sharedConfigFiles"),
)
KEYS = ("accessKey", "secretKey", "token", "profile", "appAuth")
INTERNAL = "__internal"
"""Where the engine keeps what a program says of a provider's plugin."""

PLUGINS = re.compile(r"https://get\.pulumi\.com(?:/.*)?|github://api\.github\.com/pulumi(?:/.*)?")
"""Addresses of Pulumi's own, which both providers are downloaded from."""


def other_address(resource: Resource, issuers: Collection[str]) -> Iterator[Finding]:
    """Refuse what sends a provider elsewhere, and a key that it carries."""
    where = f'provider "{resource.name}"'
    for key in ADDRESSES:
        value = resource.properties.value(key)
        if _is_set(value) and not (key == "baseUrl" and _is_ours(value, issuers)):
            yield Finding(
                f"{where}: {key} is set. Anybody who answers there gets the token, and writes what "
                f"they like. Leave it out, or write the address of an issuer that the pack's "
                "settings list."
            )
    for key in KEYS:
        if _is_set(resource.properties.value(key)):
            yield Finding(
                f"{where}: {key} is set. A key in a program is copied with it. Leave it out, and "
                "let the environment of the update hand it over."
            )


def other_plugin(resource: Resource) -> Iterator[Finding]:
    """Refuse a plugin from an address that is not Pulumi's own: it is given every token."""
    internal = resource.properties.value(INTERNAL)
    kept = internal if isinstance(internal, Mapping) else {}
    address = kept.get("pluginDownloadURL", resource.properties.value("pluginDownloadURL"))
    if address and not (isinstance(address, str) and PLUGINS.fullmatch(address)):
        yield Finding(
            f'provider "{resource.name}": its plugin comes from "{address}". It runs beside the '
            "tokens of the update, and writes what it likes. Leave pluginDownloadURL out."
        )


def _is_set(value: object) -> bool:
    return value not in (None, "", False, "false", "[]", "{}", [], {})


def _is_ours(value: object, issuers: Collection[str]) -> bool:
    if not isinstance(value, str):
        return False
    ours = (GITHUB_COM, *issuers)
    return any(value.rstrip("/") in addresses_of(issuer) for issuer in ours)


def _judged(kind: str) -> bool:
    return PROVIDERS.fullmatch(kind) is not None


def validate(resource: Resource, report: Report) -> None:
    """Judge the plugin of a provider, and an explicit one as a whole."""
    for finding in other_plugin(resource):
        report(finding)
    if not DEFAULT.fullmatch(resource.name):
        for finding in other_address(resource, settings_of(resource.stack).issuers):
            report(finding)


POLICY = resource_policy(
    "provider-reaches-vendor",
    display_name="Providers talk to AWS and GitHub alone",
    description="An explicit provider has the vendor's own address, and carries no stored key.",
    severity=Severity.CRITICAL,
    remediation_steps="Leave addresses and keys out of providers.",
    types=_judged,
    validate=validate,
)
