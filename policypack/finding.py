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


Report = Callable[[Finding], None]
