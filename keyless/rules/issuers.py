"""Which issuers pass for GitHub's: the company's own, GitHub's other ones, and imitations."""

import re
from collections.abc import Collection
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from keyless import facts

_LIKE_GITHUB: Final = re.compile(
    rf"github|token\.actions|\.ghe\.|{facts.ENTERPRISE_SERVER_PATH}", re.IGNORECASE
)

_API: Final = "https://api.github.com"

ANOTHERS: Final = r"[a-z0-9-]+(\.[a-z0-9-]+)+(/[A-Za-z0-9._~/-]+)?"
"""The form of another vendor's issuer, as a regular expression."""

_LIKENESS: Final = 0.85
"""Share of letters in common from which a host passes for GitHub's."""


@lru_cache(maxsize=4096)
def looks_like_github(issuer: str) -> bool:
    """Tell whether an issuer (without the scheme) is one of GitHub's, or made to look so."""
    host = issuer.partition("/")[0].lower()
    likeness = SequenceMatcher(None, host, facts.GITHUB_COM).ratio()
    return bool(_LIKE_GITHUB.search(issuer)) or likeness >= _LIKENESS


def addresses_of(issuer: str) -> frozenset[str]:
    """Return the addresses under which a provider for GitHub reaches the GitHub of an issuer."""
    host = issuer.partition("/")[0].lower()
    if host == facts.GITHUB_COM:
        return frozenset({_API})
    return frozenset(f"https://{part}" for part in (host, host.replace("token.actions.", "api.")))


def settings_for(issuer: str) -> tuple[str, ...]:
    """Return the settings of the pack that take an issuer, whosever it is; none for some."""
    is_anothers = re.fullmatch(ANOTHERS, issuer) and not facts.is_hosted_by_github(issuer)
    takes = {"issuers": facts.form_of(issuer), "other_issuers": is_anothers}
    return tuple(key for key, is_taken in takes.items() if is_taken)


def is_listed(issuer: str, listed: Collection[str]) -> bool:
    """Tell whether an issuer is among some, letter case ignored as in AWS's condition keys."""
    return issuer.lower() in {each.lower() for each in listed}
