"""Environments by repository and name, as trust policies, settings and GitHub write them."""

from collections.abc import Iterable, Mapping

from keyless.facts import ENCODED_COLON
from keyless.trust import Context


def environment_in(context: Context) -> str | None:
    """Return `REPOSITORY/ENVIRONMENT` for the context of an environment, None for any other.

    A colon in a name is encoded in a subject ("OpenID Connect reference", GitHub Docs).
    """
    kind, _, name = context.context.partition(":")
    if kind != "environment":
        return None
    return f"{context.repository.name or '?'}/{name.replace(ENCODED_COLON, ':')}"


def key_of(environment: str) -> str:
    """Return `REPOSITORY/ENVIRONMENT` for comparing: repositories ignore letter case.

    Whether environments do is disputed, so they are compared as written.
    """
    repository, _, name = environment.partition("/")
    return f"{repository.casefold()}/{name}"


def review_prefixes(contexts: Iterable[Context], review: Mapping[str, str]) -> frozenset[str]:
    """Return the prefixes that bound who gets in through some of the review environments.

    `review` are the prefixes by environment.
    """
    by_key = {key_of(environment): prefix for environment, prefix in review.items()}
    served = (environment_in(context) for context in contexts)
    return frozenset(by_key[key_of(each)] for each in served if each and key_of(each) in by_key)
