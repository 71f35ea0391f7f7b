"""Block a trust policy that admits more than exact contexts.

Attack: a token that nobody meant gets in, from a stranger, a sibling repository, a pull request or
a branch pushed a minute ago; every violation shows one.

Not judged: the exact pull-request context of one repository, which
`pull-request-role-read-only` holds to reading; several exact contexts
(`trust-serves-one-context`).

Source: "Configuring OpenID Connect in Amazon Web Services", GitHub Docs.
"""

from collections.abc import Iterator

from pulumi_policy import Severity

from keyless.rules.iam_types import ROLES
from keyless.rules.trust_faults import Fault
from keyless.trust import StatementJudgement, Verdict
from policypack.enforcement import resource_policy
from policypack.finding import Finding, Report
from policypack.reading import Resource
from policypack.trust import UNAUDITABLE, JudgedTrust, judged_trust

WHY = {
    Verdict.OPEN: "Somebody outside the owner gets in",
    Verdict.LOOKALIKE_OWNER: "Whoever registers a name that begins alike gets in",
    Verdict.OWNER_WIDE: "Every repository of the owner gets in, new ones too",
    Verdict.SIBLING_REPOSITORY: "Every repository whose name begins alike gets in",
    Verdict.REPOSITORY_WIDE: "Every branch and pull request of the repository gets in",
    Verdict.PULL_REQUEST: "Code that nobody reviewed gets in",
    Verdict.ANY_BRANCH: "Whoever can push a branch gets in",
    Verdict.ANY_TAG: "Whoever can push a tag gets in",
    Verdict.ANY_ENVIRONMENT: "Naming an environment that is not there creates it, unprotected",
}
"""Every verdict wider than EXACT, and who profits."""

INSTEAD = 'Name one context under StringEquals: "repo:OWNER/REPOSITORY:environment:NAME".'


def loose_statements(trust: JudgedTrust) -> Iterator[Finding]:
    """Refuse every statement that is wider than exact contexts."""
    for statement in trust.found.loose_statements:
        document = {} if statement.verdict in UNAUDITABLE else trust.identity
        yield Finding(_sentence(statement), document)


def _sentence(statement: StatementJudgement) -> str:
    culprit = statement.culprit
    loose = f'{culprit.operator} {culprit.key} "{culprit.value}"' if culprit else "it"
    token = statement.witness.says if statement.witness else "a token that nobody meant"
    return (
        f"{statement.verdict}: statement {statement.index}: {loose} admits {token}. "
        f"{WHY[statement.verdict]}. {INSTEAD}"
    )


def validate(role: Resource, report: Report) -> None:
    """Judge the trust policy of a role."""
    trust = judged_trust(role)
    if trust and trust.reports(Fault.LOOSE):
        for finding in loose_statements(trust):
            report(finding)


POLICY = resource_policy(
    "trust-subject-pinned",
    display_name="Trust names exact contexts",
    description="A role trusts named contexts of one repository, each written out.",
    severity=Severity.CRITICAL,
    remediation_steps=(
        "Compare sub with StringEquals to one context in both subject forms, and pin "
        "repository_id and repository_owner_id."
    ),
    types=ROLES,
    validate=validate,
)
