"""Block a role that several repositories or contexts share.

Attack: the least protected of them reaches everything that the others need, and nobody sees from
the role which of them is using it.

Not judged: policies wider than exact contexts (`trust-subject-pinned`), and those that are odd in
other ways, too (`trust-plain`). The two subject forms of one context count once.

Source: "Apply least-privilege permissions", AWS IAM User Guide.
"""

from collections.abc import Iterator

from pulumi_policy import Severity

from keyless.rules.iam_types import ROLES
from keyless.rules.trust_faults import Fault
from policypack.enforcement import resource_policy
from policypack.finding import Finding, Report
from policypack.reading import Resource
from policypack.trust import JudgedTrust, judged_trust


def shared(trust: JudgedTrust) -> Iterator[Finding]:
    """Refuse an exact policy that serves more than one context."""
    contexts = trust.found.judgement.contexts
    served = ", ".join(f'"{each.repository}:{each.context}"' for each in contexts)
    yield Finding(
        f"EXACT: it serves {len(contexts)} contexts, {served}. The least protected of them reaches "
        "what all of them need. Write a role for each.",
        trust.identity,
    )


def validate(role: Resource, report: Report) -> None:
    """Judge the trust policy of a role."""
    trust = judged_trust(role)
    if trust and trust.reports(Fault.SEVERAL):
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
