"""What a policy found: one sentence, and the document that an exception may tolerate."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, in one sentence of the form "where: what. Why. What to write".

    `document` is what an audited exception would have to name; without it there is no exception.
    """

    sentence: str
    document: Mapping[str, str] = field(default_factory=dict)


NOT_YET_MADE = (
    "Where AWS alone can say it, as the issuer of an EKS cluster, make what it comes from in a "
    "stack of its own, or before the rest: `pulumi up --target URN`."
)
"""What to write where a value cannot be written out."""

Report = Callable[[Finding], None]
