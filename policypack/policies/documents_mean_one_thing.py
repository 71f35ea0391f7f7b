"""Block a policy document with a duplicate key, whatever it is the policy of.

Attack: of two members of one name AWS takes one and a reader the other, so that a boundary, a
bucket or a group allows what nobody saw.

Not judged: trust policies (`trust-plain`, `trust-readable`).

Source: "Grammar of the IAM JSON policy language", AWS IAM User Guide.
"""

import re
from collections.abc import Iterator

from pulumi_policy import Severity

from keyless.rules.iam_types import TRUST_PROPERTY
from keyless.rules.policy_json import DocumentError, decoded
from keyless.text.json_text import DuplicateKeyError
from policypack.enforcement import resource_policy
from policypack.finding import Finding, Report
from policypack.reading import Resource, texts

TYPES = re.compile(r"(?:aws|aws-native|awscc):(?!cloudcontrol|cloudformation).*")
DOCUMENTS = re.compile(r"polic(?:y|ies)|document", re.IGNORECASE)
"""Names of properties that hold policy documents."""


def ambiguous(resource: Resource) -> Iterator[Finding]:
    """Refuse every document with a duplicate key."""
    for key in resource.properties:
        if DOCUMENTS.search(key) and key not in TRUST_PROPERTY.values():
            for path, text in texts(resource.properties.value(key), key):
                if duplicate := _duplicate(text):
                    yield Finding(
                        f"{path}: it has a {duplicate}. One of two counts, and a reader sees the "
                        "other. Write one."
                    )


def _duplicate(text: str) -> DuplicateKeyError | None:
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        decoded(text)
    except DocumentError as error:
        return error.__cause__ if isinstance(error.__cause__, DuplicateKeyError) else None
    return None


def _judged(kind: str) -> bool:
    return TYPES.fullmatch(kind) is not None


def validate(resource: Resource, report: Report) -> None:
    """Judge the documents of a resource."""
    for finding in ambiguous(resource):
        report(finding)


POLICY = resource_policy(
    "documents-mean-one-thing",
    display_name="Policy documents mean one thing",
    description="No policy document of a resource has a duplicate key.",
    severity=Severity.HIGH,
    remediation_steps="Write each member of a document once.",
    types=_judged,
    validate=validate,
)
