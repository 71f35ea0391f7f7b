"""Block a role that several repositories or contexts share.

Attack: the least protected of them reaches everything that the others need, and nobody sees from
the role which of them is using it.

Not judged: policies wider than exact contexts (`trust-subject-pinned`). The two subject forms of
one context count once.

Source: "Apply least-privilege permissions", AWS IAM User Guide.
"""

from collections.abc import Iterator

from pulumi_policy import Severity

from keyless.trust import Judgement, Verdict
from policypack.enforcement import resource_policy
from policypack.finding import Finding, Report
from policypack.reading import Resource
from policypack.resource_types import ROLES
from policypack.roles import github_trust_of


def shared(trust: Judgement) -> Iterator[Finding]:
    """Refuse an exact policy that serves more than one context."""
    if trust.verdict is Verdict.EXACT and len(trust.contexts) > 1:
        served = ", ".join(f'"{each.repository}:{each.context}"' for each in trust.contexts)
        yield Finding(
            f"EXACT: it serves {len(trust.contexts)} contexts, {served}. The least protected of "
            "them reaches what all of them need. Write a role for each.",
            str(Verdict.EXACT),
            frozenset(trust.subjects),
        )


def validate(role: Resource, report: Report) -> None:
    """Judge the trust policy of a role."""
    if trust := github_trust_of(role):
        for finding in shared(trust):
            report(finding)


POLICY = resource_policy(
    "trust-serves-one-context",
    display_name="One role for one context",
    description="A role serves one context of one repository.",
    severity=Severity.MEDIUM,
    remediation_steps="Give each repository, environment and function a role of its own.",
    types=ROLES,
    validate=validate,
)
