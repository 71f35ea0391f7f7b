"""Block a trust policy that admits more than exact contexts.

Attack: a token that nobody meant gets in, from a stranger, a sibling repository, a pull request or
a branch pushed a minute ago; every violation shows one.

Not judged: the exact pull-request context of one repository, which
`pull-request-role-read-only` limits to reading; several exact contexts
(`trust-serves-one-context`).

Source: "Configuring OpenID Connect in Amazon Web Services", GitHub Docs.
"""

import re
from collections.abc import Iterator

from pulumi_policy import Severity

from keyless.facts import OWNER_NAME, REPOSITORY_NAME
from keyless.ref_patterns import looseness
from keyless.rules.iam_types import ROLES
from keyless.rules.trust_faults import Fault
from keyless.trust import StatementJudgement, Verdict
from policypack.enforcement import resource_policy
from policypack.finding import Finding, Report
from policypack.reading import Resource
from policypack.trust import GITHUB_ALONE, UNAUDITABLE, JudgedTrust, judged_trust

WHY = {
    Verdict.OPEN: "Somebody outside the owner gets in",
    Verdict.LOOKALIKE_OWNER: "Anybody who registers a name that begins alike gets in",
    Verdict.OWNER_WIDE: "Every repository of the owner gets in, new ones too",
    Verdict.SIBLING_REPOSITORY: "Every repository whose name begins alike gets in",
    Verdict.REPOSITORY_WIDE: "Every branch and pull request of the repository gets in",
    Verdict.PULL_REQUEST: "Code that nobody reviewed gets in",
    Verdict.ANY_BRANCH: "Anybody who can push a branch gets in",
    Verdict.ANY_TAG: "Anybody who can push a tag gets in",
    Verdict.ANY_ENVIRONMENT: "Naming an environment that is not there creates it, unprotected",
}
"""Every verdict wider than EXACT, and who profits."""

ANYWHERE = "repo:OWNER/REPOSITORY"
NAMED = re.compile(
    rf"repo:({OWNER_NAME})(?:@[0-9*]+)?/({REPOSITORY_NAME})(?:@[0-9*]+)?:"
    r"(?:ref:refs/(heads|tags)/(.+)|environment:([^:%*?$]+)$)?"
)
"""A pattern that writes out its repository, and maybe an environment or a family of refs."""


def loose_statements(trust: JudgedTrust) -> Iterator[Finding]:
    """Refuse every statement that is wider than exact contexts."""
    for statement in trust.found.loose_statements:
        document = {} if statement.verdict in UNAUDITABLE else trust.identity
        yield Finding(_sentence(statement), document)


def _sentence(statement: StatementJudgement) -> str:
    culprit = statement.culprit
    loose = f'{culprit.operator} {culprit.key} "{culprit.value}"' if culprit else "it"
    subject = culprit.value if culprit and culprit.key.lower().endswith(":sub") else ""
    if statement.witness is None:
        return (
            f"{statement.verdict}: statement {statement.index}: {statement.reason}. "
            f"{WHY[statement.verdict]}. {GITHUB_ALONE}"
        )
    token = statement.witness.says
    return (
        f"{statement.verdict}: statement {statement.index}: {loose} admits {token}. "
        f"{WHY[statement.verdict]}. {instead(subject)}"
    )


def instead(subject: str) -> str:
    """Say what to write in place of a subject pattern, with the names that it writes out."""
    named = NAMED.match(subject)
    owner, name, kind, family, environment = named.groups() if named else (None,) * 5
    repository = f"repo:{owner}/{name}" if named else ANYWHERE
    if kind and not looseness("branch" if kind == "heads" else "tag", family or ""):
        what = "branches" if kind == "heads" else "tags"
        return (
            f'Name an environment that lists "{family}" among its {what}: '
            f'"{repository}:environment:NAME".'
        )
    context = f"environment:{environment or 'NAME'}"
    return f'Name one context under StringEquals: "{repository}:{context}".'


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
