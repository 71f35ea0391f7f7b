"""Block a policy document with a duplicate key, whatever it is the policy of.

Attack: of two members of one name AWS takes one and a reader the other, so that a boundary, a
bucket or a group allows what nobody saw.

Not judged: trust policies (`trust-plain`, `trust-readable`). What a policy of an organisation says
is not judged anywhere: it takes away, and gives nothing (`keyless guardrail --judge`).

Source: "Grammar of the IAM JSON policy language", AWS IAM User Guide.
"""

from pulumi_policy import Severity

from keyless.rules.duplicate_keys import TYPES, duplicate_keys
from policypack.enforcement import resource_policy
from policypack.finding import Finding, Report
from policypack.reading import Resource


def _judged(kind: str) -> bool:
    return TYPES.fullmatch(kind) is not None


def validate(resource: Resource, report: Report) -> None:
    """Judge the documents of a resource."""
    for sentence in duplicate_keys(resource.type, resource.properties.everything()):
        report(Finding(sentence))


POLICY = resource_policy(
    "documents-mean-one-thing",
    display_name="Policy documents mean one thing",
    description="No policy document of a resource has a duplicate key.",
    severity=Severity.HIGH,
    remediation_steps="Write each member of a document once.",
    types=_judged,
    validate=validate,
)
