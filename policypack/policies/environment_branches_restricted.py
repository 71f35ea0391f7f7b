"""Block an environment that any branch, any tag or a pull request may deploy to.

Attack: a token for an environment says nothing of the branch, so anybody who can push any branch,
or open a pull request, runs there with code that nobody merged.

Not judged: families that begin with literal text (`release/*`, `v*`), and whether the branches of
one are protected (`deploy-branch-protected`).

Source: "Managing environments for deployment", GitHub Docs.
"""

from collections.abc import Iterable, Iterator, Mapping

from pulumi_policy import Severity

from keyless.ref_patterns import PULL_REQUEST_PATTERN, Kind, looseness
from keyless.rules.resources import Unknown, unknowns
from policypack.enforcement import resource_policy
from policypack.environments import environment_of, patterns_of
from policypack.finding import Finding, Report
from policypack.reading import Resource
from policypack.resource_types import DEPLOYMENT_POLICIES, ENVIRONMENT
from policypack.settings import settings_of

INSTEAD = 'Write the branches that deploy, as in "main"'


def any_branch(environment: str, rule: object) -> Iterator[Finding]:
    """Refuse an environment without a list of branches (`deploymentBranchPolicy`).

    "Protected branches" is no such list: while the repository protects none, it admits all.
    """
    where = f'environment "{environment}": deploymentBranchPolicy'
    instead = "Write customBranchPolicies true, protectedBranches false, and a pattern each."
    if unknown := next(unknowns(rule), None):
        yield Finding(
            f'environment "{environment}": {unknown.path} is not known at preview. Any branch may '
            f"deploy. {instead}"
        )
    elif not isinstance(rule, Mapping):
        yield Finding(f"{where} is missing. Any branch may deploy. {instead}")
    elif rule.get("protectedBranches") is True:
        yield Finding(
            f"{where} is protectedBranches. While the repository protects no branch, any branch "
            f"may deploy. {instead}"
        )
    elif rule.get("customBranchPolicies") is not True:
        yield Finding(f"{where} limits nothing. Any branch may deploy. {instead}")


def any_name(environment: str, kind: Kind, pattern: str | Unknown) -> Iterator[Finding]:
    """Refuse a pattern that is neither a name nor a family of names."""
    where = f'environment "{environment}": {kind} pattern'
    if isinstance(pattern, Unknown):
        yield Finding(
            f"{where} is not known at preview. It may admit any {kind}. {INSTEAD}, where it is "
            "known at preview."
        )
    elif loose := looseness(kind, pattern):
        yield Finding(f'{where} "{pattern}" {loose.found}. {loose.why}. {loose.instead}.')


def review_pattern(environment: str, kind: Kind, pattern: str | Unknown) -> Iterator[Finding]:
    """Refuse a pattern of an environment for pull requests that is not the one it is for."""
    if (kind, pattern) != ("branch", PULL_REQUEST_PATTERN):
        shown = (
            f"{pattern.path} is not known at preview"
            if isinstance(pattern, Unknown)
            else f'{kind} pattern "{pattern}"'
        )
        yield Finding(
            f'environment "{environment}": {shown}, and the settings list it under '
            "review_environments. What deploys for a pull request is not to deploy for a branch. "
            f'Write the branch pattern "{PULL_REQUEST_PATTERN}" alone.'
        )


def other_letters(environment: str, review: Iterable[str]) -> Iterator[Finding]:
    """Refuse a name that differs in letter case alone from an environment for pull requests."""
    for listed in review:
        if environment != listed and environment.casefold() == listed.casefold():
            yield Finding(
                f'environment "{environment}": the settings list "{listed}" under '
                "review_environments. GitHub takes both for one environment, so pull requests "
                f'would deploy here, too. Write "{listed}".'
            )


def validate(resource: Resource, report: Report) -> None:
    """Judge an environment's rule, or one of its patterns."""
    environment, properties = environment_of(resource), resource.properties
    review = settings_of(resource.stack).review_environments
    for finding in other_letters(environment, review):
        report(finding)
    if resource.type == ENVIRONMENT:
        for finding in any_branch(environment, properties.value("deploymentBranchPolicy")):
            report(finding)
        return
    is_for_review = environment in review
    for kind, pattern in patterns_of(resource):
        if is_for_review:
            findings = review_pattern(environment, kind, pattern)
        else:
            findings = any_name(environment, kind, pattern)
        for finding in findings:
            report(finding)


POLICY = resource_policy(
    "environment-branches-restricted",
    display_name="Named branches and tags deploy, nothing else",
    description="An environment takes deployments from the branches and tags that it lists.",
    severity=Severity.CRITICAL,
    remediation_steps="Give the environment custom branch policies and a pattern for each branch.",
    types=DEPLOYMENT_POLICIES | {ENVIRONMENT},
    validate=validate,
)
