"""Block a policy document with a duplicate key, whatever it is the policy of.

Attack: of two members of one name AWS takes one and a reader the other, so that a boundary, a
bucket or a group allows what nobody saw.

Not judged: trust policies (`trust-plain`, `trust-readable`).

Source: "Grammar of the IAM JSON policy language", AWS IAM User Guide.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator

from pulumi_policy import Severity

from keyless.rules.iam_types import TRUST_PROPERTY
from keyless.text.sentences import quoted
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
                        f"{path}: it has a duplicate key {quoted(duplicate)}. One of two counts, "
                        "and a reader sees the other. Write one."
                    )


def _duplicate(text: str) -> str | None:
    """Return the first key that is there again, letter case ignored as IAM does."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    again: list[str] = []

    def each_object(pairs: list[tuple[str, object]]) -> None:
        seen = Counter(key.casefold() for key, _ in pairs)
        again.extend(key for key, _ in pairs if seen[key.casefold()] > 1)

    try:
        json.loads(text, object_pairs_hook=each_object)
    except (ValueError, RecursionError):
        return None
    return next(iter(again), None)


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
