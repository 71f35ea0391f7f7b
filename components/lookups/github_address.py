"""Find the GitHub that a stack is about, where the provider will find it."""

import os
from ipaddress import ip_address
from urllib.parse import urlsplit

import pulumi

from components.lookups.github_threads import GithubThreads
from keyless.estate.issuer import GITHUB_COM
from keyless.estate.reading.provider_keys import address_of
from keyless.github_api import GithubApi, GithubSetupError, api_address


def open_github(issuer: str) -> GithubThreads:
    """Return the GitHub that issues tokens as `issuer`, asked with the provider's own token.

    GITHUB_BASE_URL may lead to a stand-in on this machine instead, as the sandbox does. That opens
    nothing: a stack file cannot set it, and anybody who sets variables of this process can have it
    do anything. Raises GithubSetupError where the provider would take another address, or no token.
    """
    wanted = address_of(issuer)
    named = os.environ.get("GITHUB_BASE_URL", "")
    configured = pulumi.Config("github").get("baseUrl")
    if not configured and not named and wanted != address_of(GITHUB_COM):
        raise GithubSetupError(
            f"github:baseUrl: missing. The issuer {issuer} is not github.com's, and the provider "
            f"would write to github.com. Write github:baseUrl: {wanted}."
        )
    if not configured and named and not _is_here(named):
        _require_same(named, wanted, issuer)
    return GithubThreads(GithubApi.from_environment(configured or named or wanted))


def _require_same(named: str, wanted: str, issuer: str) -> None:
    if api_address(named) != api_address(wanted):
        raise GithubSetupError(
            f"GITHUB_BASE_URL: not the GitHub that issues tokens as {issuer}. Environments would "
            f"be written there, and roles would trust another GitHub. Set it to {wanted}, or unset "
            "it."
        )


def _is_here(address: str) -> bool:
    """Tell whether an address is this machine's own, written as a number."""
    try:
        return ip_address(urlsplit(address).hostname or "").is_loopback
    except ValueError:
        return False
