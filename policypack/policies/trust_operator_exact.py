"""Remark on a value without wildcards that stands under an operator wider than StringEquals.

Attack: none today; under StringLike the next edit that brings a `*` widens trust without looking
like a change of kind.

Not judged: statements that are wider than exact contexts (`trust-subject-pinned`).

Source: "IAM JSON policy elements: Condition operators", AWS IAM User Guide.
"""

from collections.abc import Iterator

from pulumi_policy import EnforcementLevel, Severity

from keyless.trust import Judgement, Verdict
from policypack.enforcement import resource_policy
from policypack.finding import Finding, Report
from policypack.reading import Resource
from policypack.resource_types import ROLES
from policypack.roles import github_trust_of

EXACT = (Verdict.EXACT, Verdict.PULL_REQUEST)


def loose_operators(trust: Judgement) -> Iterator[Finding]:
    """Remark on every literal value under a wider operator."""
    for statement in trust.statements:
        if statement.verdict not in EXACT:
            continue
        for loose in statement.loose_operators:
            yield Finding(
                f"{statement.verdict}: statement {statement.index}: {loose.operator} {loose.key} "
                f'"{loose.value}" has no wildcard. The next edit can bring one unnoticed. '
                "Write StringEquals."
            )


def validate(role: Resource, report: Report) -> None:
    """Judge the trust policy of a role."""
    if trust := github_trust_of(role):
        for finding in loose_operators(trust):
            report(finding)


POLICY = resource_policy(
    "trust-operator-exact",
    display_name="Literal values are compared literally",
    description="Values without wildcards stand under StringEquals.",
    enforcement_level=EnforcementLevel.ADVISORY,
    severity=Severity.LOW,
    remediation_steps="Move the value under StringEquals.",
    types=ROLES,
    validate=validate,
)
