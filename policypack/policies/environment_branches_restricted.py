"""Block an environment that any branch, any tag or a pull request may deploy to.

Attack: a token for an environment says nothing of the branch, so whoever can push any branch, or
open a pull request, runs there with code that nobody merged.

Not judged: patterns that name a family (`release/*`, `v*`), and whether the branches that match
are protected (`deploy-branch-protected`).

Source: "Managing environments for deployment", GitHub Docs.
"""

from collections.abc import Iterator, Mapping

from pulumi_policy import Severity

from keyless.rules.ref_patterns import admits
from policypack.enforcement import resource_policy
from policypack.environments import environment_of
from policypack.finding import Finding, Report
from policypack.reading import Resource, Unknown, unknowns
from policypack.resource_types import DEPLOYMENT_POLICY, ENVIRONMENT

STRANGERS = ("qz7k-a-name-nobody-planned", "x3/qz7k-a-name-nobody-planned")
"""Names with no meaning: a pattern that admits one of them admits whatever somebody pushes."""

PULL_REQUESTS = ("refs/pull/7/merge", "refs/pull/7/head")
"""The refs that runs for a pull request have."""

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


def any_name(environment: str, kind: str, pattern: str | Unknown) -> Iterator[Finding]:
    """Refuse a pattern that admits every name, or a pull request; `kind` is branch or tag."""
    where = f'environment "{environment}": {kind} pattern'
    if isinstance(pattern, Unknown):
        yield Finding(
            f"{where} is not known at preview. It may admit any {kind}. {INSTEAD}, where it is "
            "known at preview."
        )
        return
    if any(admits(pattern, name) for name in STRANGERS):
        yield Finding(
            f'{where} "{pattern}" admits names that nobody planned. Whoever can push a {kind} '
            f'deploys code that nobody merged. {INSTEAD}, or tags, as in "v*".'
        )
    elif any(admits(pattern, name) for name in PULL_REQUESTS):
        yield Finding(
            f'{where} "{pattern}" admits pull requests. Whoever opens one deploys code that nobody '
            f"merged. {INSTEAD}."
        )


def validate(resource: Resource, report: Report) -> None:
    """Judge an environment's rule, or one of its patterns."""
    environment, properties = environment_of(resource), resource.properties
    if resource.type == ENVIRONMENT:
        for finding in any_branch(environment, properties.value("deploymentBranchPolicy")):
            report(finding)
        return
    for kind in ("branch", "tag"):
        pattern = properties.text(f"{kind}Pattern")
        if pattern is not None:
            for finding in any_name(environment, kind, pattern):
                report(finding)


POLICY = resource_policy(
    "environment-branches-restricted",
    display_name="Named branches and tags deploy, nothing else",
    description="An environment takes deployments from the branches and tags that it lists.",
    severity=Severity.CRITICAL,
    remediation_steps="Give the environment custom branch policies and a pattern for each branch.",
    types=frozenset({ENVIRONMENT, DEPLOYMENT_POLICY}),
    validate=validate,
)
