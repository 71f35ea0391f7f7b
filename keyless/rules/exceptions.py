"""Audited exceptions: one document of one resource that the pack tolerates until a day.

That makes a wildcard "a deliberate, audited choice". The document is named by its digest, so an
exception covers what somebody looked at and nothing that it becomes. One that has expired, is
malformed, or is for another document applies to nothing, and the violation says so. What nobody can
audit has no exception: each policy says what of its findings can be excepted. No Pulumi import.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictStr, ValidationError

from keyless.rules.pack_settings import REASON, shortened
from keyless.text.json_text import read_json

EXCEPTABLE = {
    "trust-subject-pinned": "verdicts from OWNER-WIDE down to ANY-ENVIRONMENT",
    "trust-effective": "DEAD",
    "trust-serves-one-context": "several exact contexts",
    "trust-plain": "what is odd, and principals of the stack's own account",
    "role-permissions-scoped": "a role behind a reviewed environment and a boundary",
    "role-cannot-escalate": "a role behind a reviewed environment and a boundary",
}
"""What of each policy's findings can be excepted.

OPEN and LOOKALIKE-OWNER cannot: nobody can audit what strangers name their repositories. What
cannot be read cannot, nor can principals outside of the account.
"""

LONGEST_DAYS = 400
"""How far ahead an exception may expire: it is looked at again each year."""

_MOST_SAID = 20


def _key(description: str, instead: str, **more: Any) -> Any:
    return Field(description=description, json_schema_extra={"errorMessage": instead}, **more)


_Seen = Annotated[StrictStr, Field(pattern=r"[\p{L}\p{N}]")]
"""A text with something in it that people see."""


class ExceptionEntry(BaseModel):
    """One entry of `exceptions`, as it is written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    policy: _Seen = _key("The policy that objects.", "Write the policy of the violation.")
    type: Annotated[StrictStr, Field(pattern=r"^[^\s:]+:[^\s:]+:[^\s:]+$")] = _key(
        "The type of the resource.", "Write the type that the violation prints."
    )
    name: _Seen = _key("The name of the resource.", "Write the name of the resource.")
    sha256: Annotated[StrictStr, Field(pattern="^[0-9a-f]{64}$")] | None = _key(
        "The digest of the document, as the violation prints it.",
        "Write the 64 hexadecimal digits that the violation prints.",
        default=None,
    )
    arn: Annotated[StrictStr, Field(pattern=r"^arn:[a-z-]+:iam::aws:policy/\S+$")] | None = _key(
        "In place of a digest: the ARN of a policy of AWS's, which AWS changes.",
        "Write the ARN of a policy of AWS's. All other documents have a digest.",
        default=None,
    )
    boundary: (
        Annotated[StrictStr, Field(pattern=r"^arn:[a-z-]+:iam::\d{12}:policy/\S+$")] | None
    ) = _key(
        "Beside `arn`: the ARN of the role's permissions boundary.",
        "Write the ARN of the role's permissions boundary.",
        default=None,
    )
    reason: _Seen = _key("Why it is tolerated.", "Write why it is tolerated.")
    approver: _Seen = _key("Who answers for it.", "Write who answers for it.")
    expires: Annotated[StrictStr, Field(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")] = _key(
        f"The last day of the exception, at most {LONGEST_DAYS} days ahead.",
        "Write a day like 2027-03-31.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedException:
    """One entry of `exceptions`; it tolerates what `document` names up to the day `expires`."""

    policy: str = ""
    type: str = ""
    name: str = ""
    document: Mapping[str, str] = field(default_factory=dict)
    """What identifies the document: `sha256`, or `arn` and `boundary`."""
    reason: str = ""
    approver: str = ""
    expires: date = date.min
    errors: tuple[str, ...] = ()
    """What is malformed, a sentence each; with any of them it applies to nothing."""

    def names(self, policy: str, resource_type: str, resource_name: str) -> bool:
        """Say whether it is written for this policy and resource."""
        return (self.policy, self.type, self.name) == (policy, resource_type, resource_name)

    def objection(self, document: Mapping[str, str], today: date) -> str | None:
        """Say why it does not apply to the document that was found (a clause), None when it does.

        Without anything that identifies it, no exception covers what was found.
        """
        if self.errors:
            return "is malformed: " + " ".join(self.errors).rstrip(".")
        if today > self.expires:
            return f"expired on {self.expires}"
        if not document:
            return "does not apply: nobody can audit this"
        if document != self.document:
            return "is for another document"
        return None


PLACEHOLDERS = {"reason": REASON, "approver": "WHO"}
"""What a violation proposes in place of what only people know."""

OLD_KEYS = ("verdict", "subjects")
"""Keys of the time before digests."""


def read_exception(entry: object) -> AuditedException:
    """Read one entry, keeping every error beside whatever could be read of it."""
    if not isinstance(entry, dict):
        return AuditedException(errors=("It is no object.",))
    expires = date.min
    try:
        read = ExceptionEntry.model_validate(entry)
        errors, expires = _disagreements(read)
    except ValidationError as error:
        errors = list(dict.fromkeys(_sentence(entry, each) for each in error.errors()))
    if further := len(errors[_MOST_SAID:]):
        errors[_MOST_SAID:] = [f"There are {further} further errors."]
    texts = {key: each for key, each in entry.items() if isinstance(each, str)}
    return AuditedException(
        **{
            key: texts[key]
            for key in ("policy", "type", "name", "reason", "approver")
            if key in texts
        },
        document={key: texts[key] for key in ("sha256", "arn", "boundary") if key in texts},
        expires=expires,
        errors=tuple(errors),
    )


def identity(document: object, arn: str = "") -> Mapping[str, str]:
    """Return what an exception calls a document: the digest of its canonical JSON.

    That of a policy which the stack does not make counts for its `arn` alone: what a program says
    of one policy is not to be said of another.
    """
    try:
        parsed = read_json(document) if isinstance(document, str) else document
    except (ValueError, RecursionError):
        parsed = document
    named = {"arn": arn, "policy": parsed} if arn else parsed
    canonical = json.dumps(named, sort_keys=True, separators=(",", ":"), default=str)
    return {"sha256": sha256(canonical.encode()).hexdigest()}


def proposed(policy: str, kind: str, name: str, document: Mapping[str, str]) -> str:
    """Write the exception that would cover a violation; reason and approver are to be filled in."""
    expires = datetime.now(UTC).date() + timedelta(days=90)
    entry = {"policy": policy, "type": kind, "name": name, **document}
    return json.dumps({**entry, **PLACEHOLDERS, "expires": str(expires)}, ensure_ascii=False)


def _disagreements(entry: ExceptionEntry) -> tuple[list[str], date]:
    """Return what is wrong with an entry whose values have the right form, and its last day."""
    errors = []
    if entry.policy not in EXCEPTABLE:
        errors.append(f"{shortened(entry.policy)} has no exceptions.")
    by_arn = entry.arn is not None and entry.boundary is not None and entry.sha256 is None
    if not by_arn and (entry.sha256 is None or entry.arn or entry.boundary):
        errors.append("It lacks sha256, or arn and boundary for a policy of AWS's.")
    for key, placeholder in PLACEHOLDERS.items():
        if getattr(entry, key).strip() == placeholder:
            errors.append(f"{key} is {placeholder}, to be filled in. {_instead(key)}")
    latest = datetime.now(UTC).date() + timedelta(days=LONGEST_DAYS)
    try:
        expires = date.fromisoformat(entry.expires)
    except ValueError:
        return [
            *errors,
            f'expires is "{entry.expires}", no day. Write a day like 2027-03-31.',
        ], date.min
    if expires > latest:
        errors.append(
            f"expires is {expires}, more than {LONGEST_DAYS} days ahead. Write {latest} or earlier."
        )
    return errors, expires


def _sentence(entry: Mapping[str, object], error: Mapping[str, Any]) -> str:
    key = str(error["loc"][0])
    if error["type"] == "extra_forbidden":
        if key in OLD_KEYS:
            return f"{key} is of an older form. Write the sha256 that the violation prints instead."
        return f"There is no key {shortened(key)}."
    if error["type"] == "missing":
        return f"It lacks {key}."
    return f"{key} is {shortened(json.dumps(entry[key]))}. {_instead(key)}"


def _instead(key: str) -> str:
    extra = ExceptionEntry.model_fields[key].json_schema_extra
    return str(extra["errorMessage"]) if isinstance(extra, dict) else ""
