"""GitHub environments as policies see them: which one it is, and whether anybody reviews it."""

from collections.abc import Mapping

from policypack.reading import Resource, Unknown

REVIEWERS = ("users", "teams")
"""A pulumi-github environment lists its reviewers' ids by kind."""


def environment_of(resource: Resource) -> str:
    """Return `REPOSITORY/ENVIRONMENT` for anything that belongs to an environment.

    A part that is not known at preview shows as `?`, which no name contains.
    """
    parts = (resource.properties.text("repository"), resource.properties.text("environment"))
    return "/".join(part if isinstance(part, str) else "?" for part in parts)


def is_reviewed(environment: Resource) -> bool | Unknown:
    """Say whether an environment has a reviewer; one whose id is not known yet counts."""
    reviewers = environment.properties.value("reviewers")
    if isinstance(reviewers, Unknown):
        return reviewers
    groups = reviewers if isinstance(reviewers, list) else [reviewers]
    return any(_has_reviewer(group) for group in groups)


def _has_reviewer(group: object) -> bool:
    return isinstance(group, Mapping) and any(group.get(kind) for kind in REVIEWERS)
