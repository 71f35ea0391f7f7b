"""Block a trust policy that takes tokens which were asked for another audience than AWS STS.

Attack: a token that a workflow hands to some other service is replayed against AWS.

Not judged: the audiences of the OIDC provider itself (`oidc-provider-audience`), which AWS checks
too; this is the second lock.

Source: "Configuring OpenID Connect in Amazon Web Services", GitHub Docs.
"""

from collections.abc import Iterator

from pulumi_policy import Severity

from keyless.trust import Judgement, StatementJudgement, Verdict
from keyless.trust.issuers import sts_audience
from policypack.enforcement import resource_policy
from policypack.finding import Finding, Report
from policypack.reading import Resource
from policypack.resource_types import ROLES
from policypack.roles import github_trust_of, partition_of


def loose_audiences(trust: Judgement, expected: str) -> Iterator[Finding]:
    """Refuse every Allow statement for GitHub that does not pin `aud` to the STS audience.

    A statement without an issuer lets no web identity in, by its actions alone.
    """
    for statement in trust.statements:
        is_ours = statement.verdict is not Verdict.NOT_GITHUB and bool(statement.issuers)
        if not is_ours or statement.audience_pinned:
            continue
        listed = " or ".join(f'"{audience}"' for audience in statement.audience)
        what = f"aud may be {listed}" if listed else "no condition pins aud"
        yield Finding(
            f"NO-AUDIENCE: statement {statement.index}: {what}, so a token "
            f"{_witness(statement, expected)} gets in. It may have been asked for another service. "
            f'Write StringEquals "{statement.issuers[0]}:aud": "{expected}".'
        )


def _witness(statement: StatementJudgement, expected: str) -> str:
    """Describe a token that was not asked for STS; the default is the owner's page on GitHub."""
    foreign = next((audience for audience in statement.audience if audience != expected), None)
    if foreign:
        return f'with aud "{foreign}"'
    if statement.audience:
        return "without aud"
    owners = (context.repository.owner for context in statement.contexts)
    return f'with aud "https://github.com/{next(filter(None, owners), "OWNER")}"'


def validate(role: Resource, report: Report) -> None:
    """Judge the trust policy of a role."""
    if trust := github_trust_of(role):
        for finding in loose_audiences(trust, sts_audience(partition_of(role))):
            report(finding)


POLICY = resource_policy(
    "trust-audience-required",
    display_name="Trust pins the audience",
    description="Every statement that trusts GitHub takes tokens for AWS STS alone.",
    severity=Severity.HIGH,
    remediation_steps="Compare aud with StringEquals to the STS audience of the partition.",
    types=ROLES,
    validate=validate,
)
