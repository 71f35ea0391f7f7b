"""What GitHub can mint: claims, the text of subjects, and which claims reach AWS as condition keys.

A subject is a row of pieces joined by `:`. GitHub's default is the repository and then the context;
a subject template (`include_claim_keys`) is any row of claim keys, and every repository's own
administrators choose theirs. A `:` inside a value is written `%3A`, so that no value reaches into
the next piece. Sources: GitHub docs, "OpenID Connect reference"; IAM user guide, "IAM and AWS STS
condition context keys", keys for web identity federation.
"""

from collections.abc import Iterable
from string import ascii_letters, ascii_lowercase, digits
from typing import Final, NamedTuple

from keyless.facts import (
    BRANCH_REF_PREFIX,
    ENVIRONMENT_PREFIX,
    PULL_REF_PREFIX,
    PULL_REF_SUFFIX,
    PULL_REQUEST_CONTEXT,
    REF_PREFIX,
    REPOSITORY_PREFIX,
    TAG_REF_PREFIX,
)

SOMETIMES_ABSENT: Final = frozenset({"environment", "enterprise_id"})

FREE_TEXT_CLAIMS: Final = frozenset({"aud", "workflow", "environment"})
"""Claims whose whole value the caller writes, so that it may look like an ARN or an address."""

NUMBER_CLAIMS: Final = ("actor_id", "enterprise_id", "repository_id", "repository_owner_id")

_CONTROLS: Final = frozenset(map(chr, [*range(32), 127]))
_NAME: Final = frozenset(ascii_letters + digits + "-_")


class Charset(NamedTuple):
    """Hold the characters that a field may have, or with `excluded` those that it may not have."""

    characters: frozenset[str]
    excluded: bool = False

    def has(self, character: str) -> bool:
        """Tell whether the field may contain this character."""
        return (character in self.characters) is not self.excluded


_NUMBER: Final = Charset(frozenset(digits))
NUMBER_FIELDS: Final = ("owner_id", "repo_id", "enterprise_id", "actor_id", "pull", "number")
"""Fields that are whole numbers, which have no zero in front."""
_GIT_NAME: Final = Charset(_CONTROLS | frozenset(" ~^:?*[\\"), excluded=True)
_ANYTHING: Final = Charset(frozenset(), excluded=True)

CHARSETS: Final = {
    **dict.fromkeys(("owner", "enterprise"), Charset(_NAME)),
    **dict.fromkeys(NUMBER_FIELDS, _NUMBER),
    **dict.fromkeys(("branch", "tag", "workflow_at", "git_name"), _GIT_NAME),
    **dict.fromkeys(("workflow", "aud", "text"), _ANYTHING),
    "repo": Charset(_NAME | {"."}),
    "actor": Charset(_NAME | {"[", "]"}),
    "property": Charset(_NAME | {"$", "#"}),
    "word": Charset(frozenset(ascii_lowercase + digits + "_")),
    "environment": Charset(_CONTROLS | {"*", "?"}, excluded=True),
    "workflow_path": Charset(_CONTROLS | {"@", ":"}, excluded=True),
}

REPEATABLE_KEY: Final = "repo_property"
"""Stands for one claim key for each custom property, so that a template may contain several."""

IDENTITY_FIELDS: Final = frozenset(
    {"owner", "owner_id", "repo", "repo_id", "enterprise_id"}
    | {"environment", "branch", "tag", "pull"}
)
"""Fields that several claim keys show, which all have the same text in one token."""

ENCODED_FIELDS: Final = frozenset({"environment", "workflow", "text", "aud"})
"""Fields that may contain a `:`, which a subject shows as `%3A`."""


class Segment(NamedTuple):
    """Hold a fixed `text`, or a `field`; `claims` are those that the characters belong to."""

    text: str
    field: str
    claims: tuple[str, ...]


class Piece(NamedTuple):
    """Hold what one claim key puts into a subject, or the value of one claim.

    `fields` are those of its segments. `ends` are the claims whose value is complete behind each
    segment; a subject may go on. `shows` are the key and the fields of which a token has one each.
    """

    key: str
    segments: tuple[Segment, ...]
    fields: tuple[str, ...]
    ends: tuple[tuple[str, ...], ...]
    shows: frozenset[str]


ReadPiece = tuple[Piece, tuple[tuple[str, str], ...]]
"""A piece of a text, and the text of each of its fields in order."""

SUB: Final = "sub"
JOINT: Final = Segment(":", "", (SUB,))
"""What stands between two pieces of a subject."""


def _fixed(text: str, *claims: str) -> Segment:
    return Segment(text, "", claims)


def _field(name: str, *claims: str) -> Segment:
    return Segment("", name, claims)


def _value(key: str, *segments: Segment) -> Piece:
    """Make a piece of what a claim contains."""
    ends: list[tuple[str, ...]] = []
    for n, segment in enumerate(segments, start=1):
        later = {SUB, *(claim for each in segments[n:] for claim in each.claims)}
        ends.append(tuple(claim for claim in segment.claims if claim not in later))
    shows = IDENTITY_FIELDS.intersection(segment.field for segment in segments)
    fields = tuple(each.field for each in segments if each.field)
    return Piece(key, segments, fields, tuple(ends), shows | ({key} - {REPEATABLE_KEY}))


def _piece(key: str, *segments: Segment) -> Piece:
    """Make a piece of a subject, to which all characters belong."""
    return _value(key, *(each._replace(claims=(*each.claims, SUB)) for each in segments))


_OWNER: Final = _field("owner", "repository")
_SLASH: Final = _fixed("/", "repository")
_REPO: Final = _field("repo", "repository")
_OWNER_ID: Final = _field("owner_id", "repository_owner_id")
_REPO_ID: Final = _field("repo_id", "repository_id")

NAME_FORM: Final = _piece("repo", _fixed(REPOSITORY_PREFIX), _OWNER, _SLASH, _REPO)
IMMUTABLE_FORM: Final = _piece(
    "repo",
    *(_fixed(REPOSITORY_PREFIX), _OWNER, _fixed("@"), _OWNER_ID),
    *(_SLASH, _REPO, _fixed("@"), _REPO_ID),
)
FORMS: Final = {"name": NAME_FORM, "immutable": IMMUTABLE_FORM}

REFS: Final = {
    "branch": (_fixed(BRANCH_REF_PREFIX, "ref"), _field("branch", "ref")),
    "tag": (_fixed(TAG_REF_PREFIX, "ref"), _field("tag", "ref")),
    "pull": (
        _fixed(PULL_REF_PREFIX, "ref"),
        _field("pull", "ref"),
        _fixed(PULL_REF_SUFFIX, "ref"),
    ),
}
"""The values of `ref`, by what the run is on."""

MODES: Final = ("pull_request", "branch", "tag", "environment")
"""What a job's context is: its environment where it has one, else the event or the ref."""

REFS_OF_MODE: Final = {
    "pull_request": ("pull", "branch"),
    "branch": ("branch",),
    "tag": ("tag",),
    "environment": ("branch", "tag", "pull"),
}
"""A pull request runs on its merge commit; once merged, on the branch that it was for. The subject
of `pull_request_target`, which runs on the default branch, is open; a branch's form covers it."""

CONTEXTS: Final = {
    "pull_request": _piece("context", _fixed(PULL_REQUEST_CONTEXT)),
    "branch": _piece("context", _fixed(REF_PREFIX), *REFS["branch"]),
    "tag": _piece("context", _fixed(REF_PREFIX), *REFS["tag"]),
    "environment": _piece(
        "context", _fixed(ENVIRONMENT_PREFIX), _field("environment", "environment")
    ),
}

DEFAULT_SUBJECTS: Final = {
    form: {
        mode: _value("default", *repository.segments, JOINT, *context.segments)
        for mode, context in CONTEXTS.items()
    }
    for form, repository in FORMS.items()
}
"""GitHub's default subject in both forms, by mode."""

CLAIM_VALUES: Final[dict[str, tuple[Segment, ...]]] = {
    **{each: (_field(each, each),) for each in ("actor", "actor_id", "aud")},
    **{each: (_field(each, each),) for each in ("enterprise_id", "environment")},
    "job_workflow_ref": (
        _field("workflow_path", "job_workflow_ref"),
        _fixed("@", "job_workflow_ref"),
        _field("workflow_at", "job_workflow_ref"),
    ),
    "repository": (_OWNER, _SLASH, _REPO),
    "repository_id": (_REPO_ID,),
    "repository_owner_id": (_OWNER_ID,),
    "workflow": (_field("workflow", "workflow"),),
}
"""The values of the claims that AWS compares, `ref` and `sub` aside."""

CLAIM_PIECES: Final = {claim: _value(claim, *value) for claim, value in CLAIM_VALUES.items()}
REF_CLAIM_PIECES: Final = {kind: _value("ref", *segments) for kind, segments in REFS.items()}
"""The values of claims as pieces of their own, for asking about one claim."""

_SHOWN: Final[dict[str, tuple[Segment, ...]]] = {
    **{key: CLAIM_VALUES[key] for key in CLAIM_VALUES if key not in {"environment", "aud"}},
    "repository_owner": (_field("owner"),),
    "enterprise": (_field("enterprise"),),
    "workflow_ref": (_OWNER, _SLASH, _REPO, _fixed("/"), _field("text")),
    **dict.fromkeys(("base_ref", "head_ref"), (_field("git_name"),)),
    **dict.fromkeys(("sha", "job_workflow_sha", "workflow_sha", "event_name"), (_field("word"),)),
    **dict.fromkeys(("environment_node_id", "iss", "issuer_scope", "jti"), (_field("text"),)),
    **dict.fromkeys(("run_id", "run_number", "run_attempt", "check_run_id"), (_field("number"),)),
}
"""What a template shows of claims in every mode, behind the key and a `:`."""

_CHOICES: Final = {
    "base_ref": ("",),
    "head_ref": ("",),
    "ref_type": ("branch", "tag"),
    "ref_protected": ("true", "false"),
    "repository_visibility": ("public", "private", "internal"),
    "runner_environment": ("github-hosted", "self-hosted"),
}
"""Claims that have one of a few values, or none."""

_PROPERTY: Final = (_fixed("repo_property_"), _field("property"), _fixed(":"), _field("text"))
_ANY_MODE_PIECES: Final = (
    *(_piece(key, _fixed(f"{key}:"), *value) for key, value in _SHOWN.items()),
    _piece(REPEATABLE_KEY, *_PROPERTY),
    *(_piece(k, _fixed(f"{k}:{value}")) for k, values in _CHOICES.items() for value in values),
)
REF_PIECES: Final = {
    kind: _piece("ref", _fixed(REF_PREFIX), *segments) for kind, segments in REFS.items()
}
_ENVIRONMENT: Final = CONTEXTS["environment"]._replace(
    key="environment", shows=frozenset({"environment"})
)


def _template_pieces(mode: str) -> tuple[Piece, ...]:
    refs = tuple(REF_PIECES[kind] for kind in REFS_OF_MODE[mode])
    named = (_ENVIRONMENT,) if mode == "environment" else ()
    return (CONTEXTS[mode], *refs, *named, *_ANY_MODE_PIECES)


TEMPLATE_PIECES: Final = {mode: _template_pieces(mode) for mode in MODES}
"""What a template can put into a subject, by mode; the repository in either form aside."""

TEMPLATE_KEYS: Final = frozenset(
    {"repo", *(piece.key for pieces in TEMPLATE_PIECES.values() for piece in pieces)}
)


def is_mintable(pieces: Iterable[ReadPiece]) -> bool:
    """Tell whether no claim key comes twice and no claim with two values."""
    keys: set[str] = set()
    texts: dict[str, str] = {}
    for piece, fields in pieces:
        if piece.key in keys:
            return False
        keys |= {piece.key} - {REPEATABLE_KEY}
        for field, text in fields:
            if field in IDENTITY_FIELDS and texts.setdefault(field, text) != text:
                return False
    return True
