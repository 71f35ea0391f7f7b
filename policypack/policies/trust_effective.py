"""Block a trust policy with a statement that lets nobody in, and one that AWS would not take.

Attack: none by itself; a role that refuses everybody is mended in a hurry, with a wildcard.

Not judged: whether AWS kept older documents that it would refuse today.

Source: "Identity-provider controls for shared OIDC providers", AWS IAM User Guide.
"""

from collections.abc import Iterator

from pulumi_policy import Severity

from keyless.rules.iam_types import ROLES
from keyless.rules.trust_faults import Fault
from keyless.trust import Verdict
from policypack.enforcement import resource_policy
from policypack.finding import Finding, Report
from policypack.reading import Resource
from policypack.trust import ANEW, JudgedTrust, can_be_excepted, judged_trust

ALIVE = frozenset(Verdict) - {Verdict.DEAD, Verdict.UNKNOWN, Verdict.NOT_GITHUB}
"""Verdicts of statements that let somebody in."""


def ineffective(trust: JudgedTrust) -> Iterator[Finding]:
    """Refuse a statement that admits no token, and a document that AWS answers with an error."""
    judgement, instead = trust.found.judgement, trust.instead or ANEW
    can_be = can_be_excepted(Fault.INEFFECTIVE, trust.found, trust.account)
    is_alive = any(each.verdict in ALIVE for each in judgement.statements)
    for statement in judgement.statements:
        if statement.verdict is Verdict.DEAD:
            yield Finding(
                f"DEAD: statement {statement.index}: {statement.reason}. It lets nobody in. "
                f"{'Leave it out.' if is_alive else instead}",
                trust.identity if can_be else {},
            )
    if trust.found.is_too_long:
        yield Finding(
            f"REFUSED: it has {trust.found.size} characters without white space, and the account "
            f"takes {trust.found.longest}. AWS will not take the document. Write fewer subjects, "
            "or raise the account's quota for the length of trust policies and write it as "
            "trust_policy_characters in the pack's settings."
        )
    if judgement.refused:
        yield Finding(f"REFUSED: {judgement.refused}. AWS will not take the document. {instead}")


def validate(role: Resource, report: Report) -> None:
    """Judge the trust policy of a role."""
    trust = judged_trust(role)
    if trust and trust.reports(Fault.INEFFECTIVE):
        for finding in ineffective(trust):
            report(finding)


POLICY = resource_policy(
    "trust-effective",
    display_name="Trust lets somebody in",
    description="AWS takes the trust policy, and each of its statements lets some token in.",
    severity=Severity.MEDIUM,
    remediation_steps="Compare the conditions with the claims of a token of the workflow.",
    types=ROLES,
    validate=validate,
)
