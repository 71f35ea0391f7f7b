"""Block a trust policy that cannot be judged, and every role while the pack's settings are broken.

Attack: a document that hides behind a value not known at preview, a policy variable or an element
that the pack does not know lets in anybody, after a preview that passed.

Not judged: nothing; what no other trust policy can read ends here.

Source: "IAM JSON policy elements reference", AWS IAM User Guide.
"""

from collections.abc import Iterator

from pulumi_policy import Severity

from keyless.rules.iam_types import ROLES, TRUST_PROPERTY
from keyless.rules.resources import Unknown, unknowns
from keyless.rules.trust_faults import Fault
from policypack.enforcement import resource_policy
from policypack.finding import NOT_YET_MADE, Finding, Report
from policypack.reading import Resource
from policypack.settings import settings_of
from policypack.trust import ANEW, JudgedTrust, judged_trust

INSTEAD = (
    "Write the document with JSON text and plain values, and every ARN composed as text. "
    f"{NOT_YET_MADE}"
)


def unknown(value: Unknown) -> Finding:
    """Refuse what is not known at preview."""
    return Finding(f"UNKNOWN: {value.path}: not known at preview. It may let anybody in. {INSTEAD}")


def unreadable(trust: JudgedTrust) -> Iterator[Finding]:
    """Refuse what cannot be decided."""
    if trust.reports(Fault.UNREAD):
        kind = trust.found.unknown_kind
        reason = trust.found.judgement.reason
        what = f'Principal has members of the kind "{kind}"' if kind else reason
        yield Finding(f"UNKNOWN: {what}. It may let anybody in. {ANEW}")


def broken_settings(errors: tuple[str, ...]) -> Iterator[Finding]:
    """Refuse a role for GitHub while the settings cannot be read, once for each error."""
    for error in errors:
        yield Finding(f"UNKNOWN: {error} Until then no role for GitHub passes.")


def validate(role: Resource, report: Report) -> None:
    """Judge whether the trust policy of a role can be judged."""
    errors = settings_of(role.stack).errors
    value = next(unknowns(role.properties.value(TRUST_PROPERTY[role.type])), None)
    trust = judged_trust(role)
    if value:
        report(unknown(value))
    for finding in unreadable(trust) if trust else ():
        report(finding)
    for finding in broken_settings(errors) if trust or value else ():
        report(finding)


POLICY = resource_policy(
    "trust-readable",
    display_name="Trust can be judged at preview",
    description="A trust policy is known at preview and means one thing.",
    severity=Severity.CRITICAL,
    remediation_steps="Compose ARNs as plain text, and write the document without variables.",
    types=ROLES,
    validate=validate,
)
