"""GitHub environments as policies see them: which one it is, and whether anybody reviews it."""

from collections.abc import Iterator, Mapping

from keyless.ref_patterns import Kind
from keyless.rules.resources import Unknown
from policypack.reading import Resource
from policypack.resource_types import DEPLOYMENT_POLICY, DEPLOYMENT_POLICY_DEPRECATED

NAME = {DEPLOYMENT_POLICY_DEPRECATED: "environmentName"}
"""The property that contains an environment's name, where it is another than `environment`."""

PATTERNS: Mapping[str, Mapping[Kind, str]] = {
    DEPLOYMENT_POLICY: {"branch": "branchPattern", "tag": "tagPattern"},
    DEPLOYMENT_POLICY_DEPRECATED: {"branch": "name"},
}
"""The properties that hold the patterns which may deploy."""

REVIEWERS = ("users", "teams")
"""A pulumi-github environment lists its reviewers' ids by kind."""


def environment_of(resource: Resource) -> str:
    """Return `REPOSITORY/ENVIRONMENT` for anything that belongs to an environment.

    A part that is not known at preview shows as `?`, which no name contains.
    """
    environment = resource.properties.text(NAME.get(resource.type, "environment"))
    return f"{repository_of(resource)}/{environment if isinstance(environment, str) else '?'}"


def repository_of(resource: Resource) -> str:
    """Return the name of the repository that a resource belongs to, `?` when it is not known."""
    repository = resource.properties.text("repository")
    return repository.rpartition("/")[2] if isinstance(repository, str) else "?"


def patterns_of(policy: Resource) -> Iterator[tuple[Kind, str | Unknown]]:
    """Yield what a deployment policy lets deploy.

    Raises PropertyError for a pattern that is no text.
    """
    for kind, key in PATTERNS[policy.type].items():
        pattern = policy.properties.text(key)
        if pattern is not None:
            yield kind, pattern


def is_reviewed(environment: Resource) -> bool | Unknown:
    """Say whether an environment has a reviewer; one whose id is not known yet counts.

    An id is a number above 0, also as text.
    """
    reviewers = environment.properties.value("reviewers")
    if isinstance(reviewers, Unknown):
        return reviewers
    groups = [each for each in _listed(reviewers) if isinstance(each, Mapping)]
    kinds = [group.get(kind) for group in groups for kind in REVIEWERS]
    if any(_is_somebody(each) for kind in kinds for each in _listed(kind)):
        return True
    return next((kind for kind in kinds if isinstance(kind, Unknown)), False)


def _is_somebody(reviewer: object) -> bool:
    if isinstance(reviewer, Unknown):
        return True
    written = str(reviewer)
    return not isinstance(reviewer, bool) and written.isascii() and written.strip("0").isdigit()


def _listed(value: object) -> list[object]:
    """Return the entries of a list; one that is not known as a whole may be empty."""
    if isinstance(value, Unknown):
        return []
    return value if isinstance(value, list) else [value]
