"""Remark on a trust policy that a rename, a transfer or a recycled name defeats.

Attack: after a repository or owner was renamed or deleted, somebody else takes the old name and
with it the role. A policy for one subject form alone stops working when the form changes.

Not judged: policies wider than the repository, which have no name to lose.

Source: "OpenID Connect reference", GitHub Docs.
"""

from collections.abc import Iterator

from pulumi_policy import EnforcementLevel, Severity

from keyless.facts import documents_github_claims
from keyless.rules.iam_types import ROLES
from keyless.trust import Judgement, Note, Verdict
from policypack.enforcement import resource_policy
from policypack.finding import Finding, Report
from policypack.reading import Resource
from policypack.roles import github_trust_of, partition_of

REMARKS = {
    Note.NAME_ONLY: "no id is pinned. Anybody who takes the name after a rename gets in. "
    "Write repository_id and repository_owner_id under StringEquals.",
    Note.ONE_FORM: "one subject form alone. A rename or transfer changes the form, and nobody "
    'gets in. Write both: "repo:OWNER/REPOSITORY:CONTEXT" and '
    '"repo:OWNER@ID/REPOSITORY@ID:CONTEXT".',
}


def perishable(trust: Judgement, partition: str) -> Iterator[Finding]:
    """Remark on every statement that hangs on a name, or on one form of the subject.

    Ids are not asked for where AWS is not documented to fill their keys.
    """
    for statement in trust.statements:
        if statement.verdict <= Verdict.OWNER_WIDE:
            continue
        filled = all(documents_github_claims(each, partition) for each in statement.issuers)
        for note, remark in REMARKS.items():
            if note in statement.notes and (filled or note is not Note.NAME_ONLY):
                yield Finding(f"{note}: statement {statement.index}: {remark}")


def validate(role: Resource, report: Report) -> None:
    """Judge the trust policy of a role."""
    if trust := github_trust_of(role):
        for finding in perishable(trust, partition_of(role)):
            report(finding)


POLICY = resource_policy(
    "trust-survives-rename",
    display_name="Trust follows ids",
    description="A trust policy pins ids and names both forms of its subject.",
    enforcement_level=EnforcementLevel.ADVISORY,
    severity=Severity.LOW,
    remediation_steps="Pin repository_id and repository_owner_id, and write both subject forms.",
    types=ROLES,
    validate=validate,
)
