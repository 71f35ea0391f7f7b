"""Block a trust policy that lets nobody in, or that AWS would not take.

Attack: none by itself; a role that refuses everybody is mended in a hurry, with a wildcard.

Not judged: one dead statement among others that work; whether AWS kept older documents that it
would refuse today.

Source: "Identity-provider controls for shared OIDC providers", AWS IAM User Guide.
"""

from collections.abc import Iterator

from pulumi_policy import Severity

from keyless.trust import Judgement, Verdict
from policypack.enforcement import resource_policy
from policypack.finding import Finding, Report
from policypack.reading import Resource
from policypack.resource_types import ROLES
from policypack.roles import github_trust_of

INSTEAD = "Write what a token carries: one context as sub, the STS audience as aud."


def ineffective(trust: Judgement) -> Iterator[Finding]:
    """Refuse a policy that admits no token, and one that AWS answers with an error."""
    if trust.verdict is Verdict.DEAD:
        yield Finding(
            f"DEAD: {trust.reason}. Nobody gets in. {INSTEAD}",
            str(Verdict.DEAD),
            frozenset(trust.subjects),
        )
    if trust.refused:
        yield Finding(f"REFUSED: {trust.refused}. AWS will not take the document. {INSTEAD}")


def validate(role: Resource, report: Report) -> None:
    """Judge the trust policy of a role."""
    if trust := github_trust_of(role):
        for finding in ineffective(trust):
            report(finding)


POLICY = resource_policy(
    "trust-effective",
    display_name="Trust lets somebody in",
    description="A trust policy is one that AWS takes and that some token of GitHub meets.",
    severity=Severity.MEDIUM,
    remediation_steps="Compare the conditions with the claims of a token of the workflow.",
    types=ROLES,
    validate=validate,
)
