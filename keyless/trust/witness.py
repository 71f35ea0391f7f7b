"""Make a real token of what the search found.

The search names characters only where a policy does; here the others get names. Each attempt is
checked against the whole policy before it counts, so that a witness always gets in.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from keyless.facts import (
    AWS,
    BRANCH_REF_PREFIX,
    ENCODED_COLON,
    PULL_REF_PREFIX,
    PULL_REF_SUFFIX,
    TAG_REF_PREFIX,
)
from keyless.trust.claims import ENCODED_FIELDS, IDENTITY_FIELDS, Piece
from keyless.trust.grade import Admission
from keyless.trust.pattern import OTHER
from keyless.trust.verdict import Witness

_NAMES: Final = {
    "owner": "same-owner",
    "owner_id": "77000001",
    "repo": "any-other-repo",
    "repo_id": "880000002",
    "enterprise": "zz-enterprise",
    "enterprise_id": "66000",
    "environment": "any-environment",
    "branch": "x",
    "tag": "v0-x",
    "pull": "7",
    "actor": "someone",
    "actor_id": "5500005",
    "workflow": "any",
    "workflow_path": "zz-stranger/app/.github/workflows/any.yml",
    "workflow_at": "refs/heads/x",
    "aud": AWS.audience,
    "number": "5",
    "word": "any",
    "git_name": "x",
    "property": "any",
    "text": "any",
}
_STRANGERS: Final = {**_NAMES, "owner": "zz-stranger"}
_ENDINGS: Final = {"owner": "-evil", "repo": "-other"}
_NUMBERS: Final = frozenset({"owner_id", "repo_id", "enterprise_id", "pull", "actor_id", "number"})
_LETTERS: Final = "zqxkw0"
_DIGITS: Final = "739150"


def witnesses(admission: Admission, audience: str, *, foreign: bool) -> Iterator[Witness]:
    """Yield tokens of the admitted kind, the one that is best to read first.

    `foreign` names a stranger where the policy names nobody.
    """
    names = _STRANGERS if foreign else _NAMES
    for attempt in range(-1, len(_LETTERS)):
        token = _token(admission, audience, attempt, names)
        if token is not None:
            yield token


def _token(
    admission: Admission, audience: str, attempt: int, names: Mapping[str, str]
) -> Witness | None:
    texts: dict[str, str] = {}
    subject_fields = (fields for _, fields in admission.subject)
    for fields in (*filter(None, admission.claims.values()), *subject_fields):
        texts.update((name, _spell(name, chars, attempt, names)) for name, chars in fields)
    subject: list[str] = []
    template: list[str] = []
    for piece, fields in admission.subject:
        spelled = {name: _spell(name, chars, attempt, names) for name, chars in fields}
        if any(texts[name] != text for name, text in spelled.items() if name in IDENTITY_FIELDS):
            return None
        subject.append(_write(piece, spelled))
        template.append(piece.key)
    claims = _claims(admission, audience, lambda name: texts.get(name, names[name]))
    claims["sub"] = ":".join(subject)
    usual = template in (["default"], ["repo", "context"])
    return Witness(claims, () if usual else tuple(template))


def _spell(name: str, characters: tuple[str, ...], attempt: int, names: Mapping[str, str]) -> str:
    fill = (_DIGITS if name in _NUMBERS else _LETTERS)[max(attempt, 0)]
    if attempt < 0 and all(character == OTHER for character in characters):
        return names[name]
    if attempt < 0 and name in _ENDINGS and characters[-1] == OTHER:
        kept = [fill if c == OTHER else c for c in characters[:-1]]
        return "".join(kept) + _ENDINGS[name]
    return "".join(fill if character == OTHER else character for character in characters)


def _write(piece: Piece, fields: Mapping[str, str]) -> str:
    written: list[str] = []
    for segment in piece.segments:
        text = segment.text or fields[segment.field]
        if segment.field in ENCODED_FIELDS:
            text = text.replace(":", ENCODED_COLON)
        written.append(text)
    return "".join(written)


def _claims(admission: Admission, audience: str, text: Callable[[str], str]) -> dict[str, str]:
    """Write the claims that AWS compares, beside the subject."""
    claims = {
        "aud": text("aud") if "aud" in admission.claims else audience,
        "actor": text("actor"),
        "actor_id": text("actor_id"),
        "job_workflow_ref": f"{text('workflow_path')}@{text('workflow_at')}",
        "ref": _ref(admission, text),
        "repository": f"{text('owner')}/{text('repo')}",
        "repository_id": text("repo_id"),
        "repository_owner_id": text("owner_id"),
        "workflow": text("workflow"),
    }
    if admission.mode == "environment":
        claims["environment"] = text("environment")
    if admission.claims.get("enterprise_id") is not None:
        claims["enterprise_id"] = text("enterprise_id")
    return claims


def _ref(admission: Admission, text: Callable[[str], str]) -> str:
    stated = [fields for _, fields in admission.subject]
    stated.append(admission.claims.get("ref") or ())
    fields = {name for parts in stated for name, _ in parts}
    merged = "branch" in fields
    if "pull" in fields or (admission.mode == "pull_request" and not merged):
        return f"{PULL_REF_PREFIX}{text('pull')}{PULL_REF_SUFFIX}"
    if "tag" in fields or admission.mode == "tag":
        return f"{TAG_REF_PREFIX}{text('tag')}"
    return f"{BRANCH_REF_PREFIX}{text('branch')}"
