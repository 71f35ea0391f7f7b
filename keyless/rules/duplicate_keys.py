"""Policy documents with a duplicate key, whatever they are the policies of."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping

from keyless.rules.iam_types import TRUST_PROPERTY, folded
from keyless.rules.resources import texts
from keyless.text.sentences import quoted

TYPES = re.compile(r"(?:aws|aws-native|awscc):(?!cloudcontrol|cloudformation).*")
"""Types of resources that may have policy documents."""

DOCUMENTS = re.compile(r"polic(?:y|ies)|document", re.IGNORECASE)
"""Names of properties that hold policy documents."""


_CONTENT = re.compile(r"aws(?:-native)?:organizations:policy")
"""Folded types that hold their document as `content`, as files contain other things, too."""


def duplicate_keys(kind: str, properties: Mapping[str, object]) -> Iterator[str]:
    """Yield a sentence for every document of a resource of a type with a duplicate key.

    A trust policy is judged as a whole, and left out here.
    """
    has_content = _CONTENT.fullmatch(folded(kind))
    for key, value in properties.items():
        is_document = DOCUMENTS.search(key) or (has_content and key == "content")
        if is_document and key not in TRUST_PROPERTY.values():
            for path, text in texts(value, key):
                if duplicate := _duplicate(text):
                    yield (
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
