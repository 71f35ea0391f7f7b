"""Make a real token of what the search found.

The search names characters only where a policy does; here the others get names. Each attempt is
checked against the whole policy before it counts, so that a witness always gets in.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from keyless.facts import AWS, ENCODED_COLON
from keyless.trust.claims import ENCODED_FIELDS, IDENTITY_FIELDS, NUMBER_FIELDS, Piece
from keyless.trust.inquiry import Admission
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
_LETTERS: Final = "zqxkw0"
_DIGITS: Final = "739152"


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
    texts = {name: _spell(name, text, attempt, names) for name, text in reversed(admission.fields)}
    subject: list[str] = []
    for piece, fields in admission.subject:
        spelled = {name: _spell(name, text, attempt, names) for name, text in fields}
        if any(texts[name] != text for name, text in spelled.items() if name in IDENTITY_FIELDS):
            return None
        subject.append(_write(piece, spelled))
    claims = _claims(admission, audience, lambda name: texts.get(name, names[name]))
    claims["sub"] = ":".join(subject)
    template = tuple(piece.key for piece, _ in admission.subject)
    return Witness(claims, () if template in _USUAL else template)


_USUAL: Final = (("default",), ("repo", "context"))


def _spell(name: str, text: str, attempt: int, names: Mapping[str, str]) -> str:
    """Put letters, or something better to read, where no value names a character."""
    fill = (_DIGITS if name in NUMBER_FIELDS else _LETTERS)[max(attempt, 0)]
    if attempt < 0 and not text.strip(OTHER):
        return names[name]
    if attempt < 0 and name in _ENDINGS and text.endswith(OTHER):
        text = text[:-1] + _ENDINGS[name]
    return text.replace(OTHER, fill)


def _write(piece: Piece, fields: Mapping[str, str]) -> str:
    encoded = {
        name: text.replace(":", ENCODED_COLON) if name in ENCODED_FIELDS else text
        for name, text in fields.items()
    }
    return "".join(each.text or encoded.get(each.field, "") for each in piece.segments)


def _claims(admission: Admission, audience: str, text: Callable[[str], str]) -> dict[str, str]:
    """Write the claims that AWS compares, beside the subject."""
    claims = {
        "aud": text("aud") if "aud" in admission.claims else audience,
        "actor": text("actor"),
        "actor_id": text("actor_id"),
        "job_workflow_ref": f"{text('workflow_path')}@{text('workflow_at')}",
        "ref": admission.ref(text),
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
