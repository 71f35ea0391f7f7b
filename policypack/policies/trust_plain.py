"""Block a trust policy for GitHub that is not plain: of the one shape that is known to be safe.

Attack: anybody who gets in through what nobody thought of, be it a Deny that never applies, a
second principal, an issuer that only looks like GitHub's, or a condition that passes when its key
is absent.

Not judged: what remains of a plain policy. A branch's subject may be that of `pull_request_target`
too, and a subject without ids is that of anybody who gets the name after a deletion
(`trust-survives-rename`).

Source: "IAM JSON policy elements reference", AWS IAM User Guide.
"""

from collections.abc import Iterator

from pulumi_policy import Severity

from keyless.rules.iam_types import ROLES
from keyless.rules.issuers import looks_like_github
from keyless.rules.trust_faults import Fault, Stranger
from policypack.enforcement import resource_policy
from policypack.finding import Finding, Report
from policypack.reading import Resource
from policypack.settings import where_to_list
from policypack.trust import GITHUB_ALONE, JudgedTrust, can_be_excepted, judged_trust


def strangers(trust: JudgedTrust) -> Iterator[Finding]:
    """Refuse every principal beside the company's GitHub; the account's own may be excepted.

    What to write for GitHub alone is said once, with the last.
    """
    can_be = can_be_excepted(Fault.STRANGER, trust.found, trust.account)
    sentences = [_stranger(each, trust.account) for each in trust.found.strangers]
    if sentences and not any(looks_like_github(each.issuer) for each in trust.found.strangers):
        sentences[-1] = f"{sentences[-1]} {trust.instead}".rstrip()
    for sentence in sentences:
        yield Finding(sentence, trust.identity if can_be else {})


def _stranger(stranger: Stranger, account: str | None) -> str:
    where = f'statement {stranger.statement}: {stranger.kind} "{stranger.value}"'
    if stranger.is_anybody:
        return f"{where} is anybody. Others may get in, with or without GitHub. {GITHUB_ALONE}"
    if stranger.issuer and looks_like_github(stranger.issuer):
        return (
            f"{where}: its issuer is not listed in the pack's settings. Its owner can mint a token "
            f"for any repository. {_listing(stranger.issuer)}"
        )
    if stranger.is_of(account):
        why = "Anybody who may assume roles in the account gets in, without GitHub"
    else:
        why = "Somebody else gets in, without GitHub"
    return f"{where} beside GitHub. {why}. Write a role of its own for it."


def _listing(issuer: str) -> str:
    """Say where an issuer is to be listed; what no setting takes is no issuer of a vendor's."""
    where = where_to_list(issuer)
    if not where:
        return f"GitHub has no such issuer. {GITHUB_ALONE}"
    return f'Write "{issuer}" {where}, else leave it out.'


def odd(trust: JudgedTrust) -> Iterator[Finding]:
    """Refuse what is not plain, and hand over the plain document where everything is named."""
    if sentence := trust.oddity:
        can_be = can_be_excepted(Fault.ODD, trust.found, trust.account)
        document = trust.identity if can_be else {}
        yield Finding(f"{sentence} {trust.instead}".rstrip(), document)


def validate(role: Resource, report: Report) -> None:
    """Judge the trust policy of a role."""
    if trust := judged_trust(role):
        if trust.reports(Fault.STRANGER):
            for finding in strangers(trust):
                report(finding)
        if trust.reports(Fault.ODD):
            for finding in odd(trust):
                report(finding)


POLICY = resource_policy(
    "trust-plain",
    display_name="Trust is plain",
    description="A trust policy for GitHub has the one shape that is known to be safe.",
    severity=Severity.CRITICAL,
    remediation_steps=(
        "Allow one provider of GitHub alone, and compare aud and sub with StringEquals to the STS "
        "audience and to one context written out."
    ),
    types=ROLES,
    validate=validate,
)
