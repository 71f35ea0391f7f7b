"""Block an environment that nobody has to review.

Attack: anybody who can push to a branch that may deploy runs with the environment's role, unseen.

Not judged: who the reviewers are, and whether they can read the repository; GitHub drops those
who cannot.

Source: "Deployments and environments", GitHub Docs.
"""

from collections.abc import Collection, Iterator

from pulumi_policy import Severity

from keyless.rules.resources import Unknown
from policypack.enforcement import resource_policy
from policypack.environments import environment_of, is_reviewed
from policypack.finding import Finding, Report
from policypack.reading import Resource
from policypack.resource_types import ENVIRONMENT
from policypack.settings import settings_of


def missing_reviewers(
    environment: str, reviewed: bool | Unknown, unreviewed: Collection[str], for_review: bool
) -> Iterator[Finding]:
    """Refuse an environment without reviewers, except those that the settings list.

    `environment` is `REPOSITORY/ENVIRONMENT`; pull requests deploy to one `for_review`, which is
    never without reviewers.
    """
    if isinstance(reviewed, Unknown):
        yield Finding(
            f'environment "{environment}": {reviewed.path} is not known at preview. There may be '
            "none. Write users or teams whose number is known at preview."
        )
    elif not reviewed and for_review:
        yield Finding(
            f'environment "{environment}": no reviewers, and the settings list it under '
            "review_environments. Anybody who opens a pull request runs with its role, unseen. "
            "Write users or teams."
        )
    elif not reviewed and environment not in unreviewed:
        yield Finding(
            f'environment "{environment}": no reviewers. Anybody who can push what may deploy runs '
            "with its role, unseen. Write users or teams, or list it under "
            "unreviewed_environments in the pack's settings."
        )


def validate(resource: Resource, report: Report) -> None:
    """Judge the reviewers of an environment."""
    settings, environment = settings_of(resource.stack), environment_of(resource)
    for finding in missing_reviewers(
        environment,
        is_reviewed(resource),
        settings.unreviewed_environments,
        environment in settings.review_environments,
    ):
        report(finding)


POLICY = resource_policy(
    "environment-reviewers-required",
    display_name="Environments have reviewers",
    description="An environment names people or teams who approve its deployments.",
    severity=Severity.HIGH,
    remediation_steps="Name up to six users and teams who can read the repository.",
    types=frozenset({ENVIRONMENT}),
    validate=validate,
)
