"""Block a trust policy that cannot be judged, and every role while the pack's settings are broken.

Attack: a document that hides behind a value not known at preview, a policy variable or an element
that the pack does not know lets in whoever it likes, after a preview that passed.

Not judged: nothing; what no other trust policy can read ends here.

Source: "IAM JSON policy elements reference", AWS IAM User Guide.
"""

from collections.abc import Iterator

from pulumi_policy import Severity

from keyless.trust import Judgement, Verdict
from policypack.enforcement import resource_policy
from policypack.finding import Finding, Report
from policypack.reading import Resource, Unknown
from policypack.resource_types import ROLES
from policypack.roles import trust_of
from policypack.settings import settings_of

INSTEAD = "Write the document with JSON text and plain values, and every ARN composed as text."


def unreadable(trust: Judgement | Unknown) -> Iterator[Finding]:
    """Refuse what is not known at preview and what cannot be decided."""
    if isinstance(trust, Unknown):
        yield Finding(
            f"UNKNOWN: {trust.path}: not known at preview. It may let anybody in. {INSTEAD}"
        )
    elif trust.verdict is Verdict.UNKNOWN:
        yield Finding(f"UNKNOWN: {trust.reason}. It may let anybody in. {INSTEAD}")


def broken_settings(trust: Judgement | Unknown, errors: tuple[str, ...]) -> Iterator[Finding]:
    """Refuse every role for GitHub while the settings cannot be read, once for each error."""
    if isinstance(trust, Judgement) and trust.verdict is Verdict.NOT_GITHUB:
        return
    for error in errors:
        yield Finding(f"UNKNOWN: {error} Until then no role for GitHub passes.")


def validate(role: Resource, report: Report) -> None:
    """Judge whether the trust policy of a role can be judged."""
    trust = trust_of(role)
    for finding in unreadable(trust):
        report(finding)
    for finding in broken_settings(trust, settings_of(role.stack).errors):
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
