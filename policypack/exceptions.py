"""Audited exceptions: a verdict that one resource may have, for literal subjects, until a day.

That makes a wildcard "a deliberate, audited choice". An exception that has expired, is malformed,
or meets something else than it names applies to nothing, and the violation says so. Only verdicts
on who gets in can be excepted; nothing else in the pack has an exception. No Pulumi import here.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

EXCEPTABLE = {
    "trust-subject-pinned": (
        "OWNER-WIDE",
        "SIBLING-REPOSITORY",
        "REPOSITORY-WIDE",
        "PULL-REQUEST",
        "ANY-BRANCH",
        "ANY-TAG",
        "ANY-ENVIRONMENT",
    ),
    "trust-effective": ("DEAD",),
    "trust-serves-one-context": ("EXACT",),
}
"""The verdicts that each policy can be told to tolerate.

OPEN and LOOKALIKE-OWNER are not among them: nobody can audit what strangers name their
repositories. UNKNOWN is not: what cannot be read has no subjects to name.
"""

_TEXTS = ("policy", "type", "name", "verdict", "reason", "approver", "expires")
_KEYS = (*_TEXTS, "subjects")
_LONGEST_QUOTED = 100
_MOST_SAID = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedException:
    """One entry of `exceptions`; it tolerates `verdict` for `subjects` up to the day `expires`."""

    policy: str = ""
    type: str = ""
    name: str = ""
    verdict: str = ""
    subjects: frozenset[str] = frozenset()
    reason: str = ""
    approver: str = ""
    expires: date = date.min
    errors: tuple[str, ...] = ()
    """What is malformed, a sentence each; with any of them it applies to nothing."""

    def names(self, policy: str, resource_type: str, resource_name: str) -> bool:
        """Say whether it is written for this policy and resource."""
        return (self.policy, self.type, self.name) == (policy, resource_type, resource_name)

    def objection(self, verdict: str, subjects: frozenset[str], today: date) -> str | None:
        """Say why it does not apply to what was found (a clause), None when it does.

        `subjects` are the values that the trust policy names; none at all means that it is not
        limited to any subject, which no exception covers.
        """
        if self.errors:
            return "is malformed: " + " ".join(self.errors).rstrip(".")
        if today > self.expires:
            return f"expired on {self.expires}"
        if verdict != self.verdict:
            return f"tolerates {self.verdict}, not {verdict}"
        if not subjects:
            return "names subjects, and this trust policy has none"
        if further := sorted(subjects - self.subjects):
            return f"does not name {quoted(further)}"
        return None


def read_exception(entry: object) -> AuditedException:
    """Read one entry, keeping every error beside whatever could be read of it."""
    if not isinstance(entry, dict):
        return AuditedException(errors=("It is no object.",))
    errors = list(_errors(entry))
    expires, wrong = _day(entry.get("expires"))
    errors.extend(wrong)
    if further := len(errors[_MOST_SAID:]):
        errors[_MOST_SAID:] = [f"There are {further} further errors."]
    subjects = entry.get("subjects")
    texts = {key: entry[key] for key in _TEXTS[:-1] if isinstance(entry.get(key), str)}
    named = frozenset(filter(_is_text, subjects)) if isinstance(subjects, list) else frozenset()
    return AuditedException(**texts, subjects=named, expires=expires, errors=tuple(errors))


def quoted(texts: list[str]) -> str:
    """Join texts for a sentence, each in quotation marks."""
    return ", ".join(f'"{text}"' for text in texts)


def shortened(text: str, longest: int = _LONGEST_QUOTED) -> str:
    """Cut what a sentence quotes: a value may be as long as the file that holds it."""
    return text if len(text) <= longest else f"{text[:longest]}…"


def _errors(entry: dict[str, object]) -> Iterator[str]:
    for key in entry:
        if key not in _KEYS:
            yield f"There is no key {shortened(key)}."
    for key in _TEXTS:
        if not _is_text(entry.get(key)):
            yield f"It lacks {key}."
    policy, verdict = entry.get("policy"), entry.get("verdict")
    if _is_text(policy) and policy not in EXCEPTABLE:
        yield f"{shortened(str(policy))} has no exceptions."
    elif _is_text(verdict) and verdict not in EXCEPTABLE.get(str(policy), ()):
        yield f"{policy} has no exceptions for {shortened(str(verdict))}."
    subjects = entry.get("subjects")
    if not isinstance(subjects, list) or not subjects or not all(map(_is_text, subjects)):
        yield "It lacks subjects, a list of the subjects as the trust policy writes them."


def _is_text(value: object) -> bool:
    return isinstance(value, str) and any(map(str.isalnum, value))


def _day(value: object) -> tuple[date, tuple[str, ...]]:
    if not _is_text(value):
        return date.min, ()
    try:
        return date.fromisoformat(str(value)), ()
    except ValueError:
        found = shortened(json.dumps(value))
        return date.min, (f"expires is {found}, no day like 2027-03-31.",)
