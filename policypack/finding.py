"""What a policy found: one sentence, and for trust the verdict that an exception may tolerate."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, in one sentence of the form "where: what. Why. What to write".

    `verdict` and `subjects` say what an audited exception would have to name; without a verdict
    there is no exception.
    """

    sentence: str
    verdict: str = ""
    subjects: frozenset[str] = frozenset()


Report = Callable[[Finding], None]
