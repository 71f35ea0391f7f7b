"""What GitHub can mint: claims, the text of subjects, and which claims reach AWS as condition keys.

A subject is a row of pieces joined by `:`. GitHub's default is the repository and then the context;
a subject template (`include_claim_keys`) is any row of claim keys, and every repository's own
administrators choose theirs. A `:` inside a value is written `%3A`, so that no value reaches into
the next piece. Sources: GitHub docs, "OpenID Connect reference"; IAM user guide, "IAM and AWS STS
condition context keys", keys for web identity federation.
"""

from collections.abc import Iterable, Sequence
from string import ascii_letters, digits
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

NUMBER_CLAIMS: Final = frozenset(
    {"actor_id", "enterprise_id", "repository_id", "repository_owner_id"}
)

_NAME: Final = frozenset(ascii_letters + digits + "-_")
_REPOSITORY: Final = _NAME | {"."}
_DIGITS: Final = frozenset(digits)
_LOGIN: Final = _NAME | {"[", "]"}
_KEY: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_")
_CONTROLS: Final = frozenset(map(chr, [*range(32), 127]))
_NOT_IN_GIT_NAMES: Final = _CONTROLS | frozenset(" ~^:?*[\\")
_NOT_IN_ENVIRONMENTS: Final = _CONTROLS | frozenset("*?")


class Charset(NamedTuple):
    """Hold the characters that a field may have: `only` those, or all but `never`."""

    only: frozenset[str] | None
    never: frozenset[str] = frozenset()

    def has(self, character: str) -> bool:
        """Tell whether the field may hold this character."""
        return character in self.only if self.only is not None else character not in self.never

    def spells(self, text: str) -> bool:
        """Tell whether a value of the field can be this text."""
        if self.only is not None:
            return bool(text) and self.only.issuperset(text)
        return bool(text) and self.never.isdisjoint(text)


CHARSETS: Final = {
    "owner": Charset(_NAME),
    "repo": Charset(_REPOSITORY),
    "owner_id": Charset(_DIGITS),
    "repo_id": Charset(_DIGITS),
    "enterprise": Charset(_NAME),
    "enterprise_id": Charset(_DIGITS),
    "environment": Charset(None, _NOT_IN_ENVIRONMENTS),
    "branch": Charset(None, _NOT_IN_GIT_NAMES),
    "tag": Charset(None, _NOT_IN_GIT_NAMES),
    "pull": Charset(_DIGITS),
    "actor": Charset(_LOGIN),
    "actor_id": Charset(_DIGITS),
    "workflow": Charset(None),
    "aud": Charset(None),
    "workflow_path": Charset(None, _CONTROLS | {"@", ":"}),
    "workflow_at": Charset(None, _NOT_IN_GIT_NAMES),
    "number": Charset(_DIGITS),
    "word": Charset(_KEY),
    "git_name": Charset(None, _NOT_IN_GIT_NAMES),
    "property": Charset(_NAME | {"$", "#"}),
    "text": Charset(None),
}

REPEATABLE_KEY: Final = "repo_property"
"""Stands for one claim key for each custom property, so that a template may hold several."""

ENCODED_FIELDS: Final = frozenset({"environment", "workflow", "text", "aud"})
"""Fields that may hold a `:`, which a subject shows as `%3A`."""


class Segment(NamedTuple):
    """Hold a fixed `text`, or a `field`; `claims` are those that the characters belong to."""

    text: str
    field: str
    claims: tuple[str, ...]


class Piece(NamedTuple):
    """Hold what one claim key puts into a subject."""

    key: str
    segments: tuple[Segment, ...]

    @property
    def head(self) -> str:
        """Give the fixed text at the beginning that belongs to no claim."""
        return "" if self.segments[0].claims else self.segments[0].text


def _fixed(text: str, *claims: str) -> Segment:
    return Segment(text, "", claims)


def _field(name: str, *claims: str) -> Segment:
    return Segment("", name, claims)


_OWNER: Final = _field("owner", "repository")
_SLASH: Final = _fixed("/", "repository")
_REPO: Final = _field("repo", "repository")
_OWNER_ID: Final = _field("owner_id", "repository_owner_id")
_REPO_ID: Final = _field("repo_id", "repository_id")

NAME_FORM: Final = Piece("repo", (_fixed(REPOSITORY_PREFIX), _OWNER, _SLASH, _REPO))
IMMUTABLE_FORM: Final = Piece(
    "repo",
    (
        _fixed(REPOSITORY_PREFIX),
        _OWNER,
        _fixed("@"),
        _OWNER_ID,
        _SLASH,
        _REPO,
        _fixed("@"),
        _REPO_ID,
    ),
)

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
    "pull_request": Piece("context", (_fixed(PULL_REQUEST_CONTEXT),)),
    "branch": Piece("context", (_fixed(REF_PREFIX), *REFS["branch"])),
    "tag": Piece("context", (_fixed(REF_PREFIX), *REFS["tag"])),
    "environment": Piece(
        "context", (_fixed(ENVIRONMENT_PREFIX), _field("environment", "environment"))
    ),
}


def _defaults(form: Piece) -> dict[str, Piece]:
    return {
        mode: Piece("default", (*form.segments, _fixed(":"), *context.segments))
        for mode, context in CONTEXTS.items()
    }


DEFAULT_SUBJECTS: Final = {"name": _defaults(NAME_FORM), "immutable": _defaults(IMMUTABLE_FORM)}
"""GitHub's default subject in both forms, by mode."""

_WORKFLOW_REF_SEGMENTS: Final = (
    _field("workflow_path", "job_workflow_ref"),
    _fixed("@", "job_workflow_ref"),
    _field("workflow_at", "job_workflow_ref"),
)

CLAIM_VALUES: Final[dict[str, tuple[Segment, ...]]] = {
    "actor": (_field("actor", "actor"),),
    "actor_id": (_field("actor_id", "actor_id"),),
    "aud": (_field("aud", "aud"),),
    "enterprise_id": (_field("enterprise_id", "enterprise_id"),),
    "environment": (_field("environment", "environment"),),
    "job_workflow_ref": _WORKFLOW_REF_SEGMENTS,
    "repository": (_OWNER, _SLASH, _REPO),
    "repository_id": (_REPO_ID,),
    "repository_owner_id": (_OWNER_ID,),
    "workflow": (_field("workflow", "workflow"),),
}
"""The values of the claims that AWS compares, `ref` and `sub` aside."""


def _claim_pieces() -> tuple[Piece, ...]:
    valued: dict[str, tuple[Segment, ...]] = {
        key: CLAIM_VALUES[key] for key in CLAIM_VALUES if key not in {"environment", "aud"}
    }
    valued["repository_owner"] = (_field("owner"),)
    valued["enterprise"] = (_field("enterprise"),)
    valued["workflow_ref"] = (_OWNER, _SLASH, _REPO, _fixed("/"), _field("text"))
    for key in ("base_ref", "head_ref"):
        valued[key] = (_field("git_name"),)
    for key in ("sha", "job_workflow_sha", "workflow_sha", "event_name"):
        valued[key] = (_field("word"),)
    for key in ("environment_node_id", "iss", "issuer_scope", "jti"):
        valued[key] = (_field("text"),)
    for key in ("run_id", "run_number", "run_attempt", "check_run_id"):
        valued[key] = (_field("number"),)
    pieces = [Piece(key, (_fixed(f"{key}:"), *value)) for key, value in valued.items()]
    named = (_fixed("repo_property_"), _field("property"), _fixed(":"), _field("text"))
    pieces.append(Piece(REPEATABLE_KEY, named))
    for key, values in _CHOICES.items():
        pieces.extend(Piece(key, (_fixed(f"{key}:{value}"),)) for value in values)
    return tuple(pieces)


_CHOICES: Final = {
    "base_ref": ("",),
    "head_ref": ("",),
    "ref_type": ("branch", "tag"),
    "ref_protected": ("true", "false"),
    "repository_visibility": ("public", "private", "internal"),
    "runner_environment": ("github-hosted", "self-hosted"),
}

_ANY_MODE_PIECES: Final = _claim_pieces()


REF_PIECES: Final = {
    kind: Piece("ref", (_fixed(REF_PREFIX), *segments)) for kind, segments in REFS.items()
}


_ENVIRONMENT: Final = Piece("environment", CONTEXTS["environment"].segments)


def _template_pieces(mode: str) -> tuple[Piece, ...]:
    refs = tuple(REF_PIECES[kind] for kind in REFS_OF_MODE[mode])
    named = (_ENVIRONMENT,) if mode == "environment" else ()
    return (CONTEXTS[mode], *refs, *named, *_ANY_MODE_PIECES)


TEMPLATE_PIECES: Final = {mode: _template_pieces(mode) for mode in MODES}
"""What a template can put into a subject, by mode; the repository in either form aside."""

TEMPLATE_KEYS: Final = frozenset(
    {"repo", *(piece.key for pieces in TEMPLATE_PIECES.values() for piece in pieces)}
)

IDENTITY_FIELDS: Final = frozenset(
    {
        *("owner", "owner_id", "repo", "repo_id", "enterprise_id", "environment"),
        *("branch", "tag", "pull"),
    }
)
"""Fields that several claim keys show, which all have the same text in one token."""

CLAIM_PIECES: Final = {claim: Piece(claim, value) for claim, value in CLAIM_VALUES.items()}
REF_CLAIM_PIECES: Final = {kind: Piece("ref", segments) for kind, segments in REFS.items()}
"""The values of claims as pieces of their own, for asking about one claim."""

Values = tuple[tuple[str, tuple[str, ...]], ...]
"""The characters of each field of a text, in order."""

ReadPiece = tuple[Piece, Values]
"""A piece of a text and what its fields hold."""


def is_mintable(pieces: Iterable[ReadPiece]) -> bool:
    """Tell whether no claim key comes twice and no claim with two values."""
    keys: set[str] = set()
    texts: dict[str, Sequence[str]] = {}
    for piece, fields in pieces:
        if piece.key in keys:
            return False
        if piece.key != REPEATABLE_KEY:
            keys.add(piece.key)
        for field, text in fields:
            if field in IDENTITY_FIELDS and texts.setdefault(field, text) != text:
                return False
    return True


def take_apart(piece: Piece, text: str) -> Values | None:
    """Read a literal text as a piece; None when it is none."""
    fields: list[tuple[str, tuple[str, ...]]] = []
    waiting = ""
    for segment in piece.segments:
        if segment.field:
            waiting = segment.field
            continue
        before, found, text = text.partition(segment.text)
        if not found or not _fills(waiting, before, fields):
            return None
        waiting = ""
    return tuple(fields) if _fills(waiting, text, fields) else None


def _fills(field: str, text: str, fields: list[tuple[str, tuple[str, ...]]]) -> bool:
    if not field:
        return not text
    fields.append((field, tuple(text)))
    return CHARSETS[field].spells(text)


def claims_of(pieces: Iterable[ReadPiece]) -> dict[str, str]:
    """Give the claims whose whole values are stated by pieces that are written out."""
    stated: dict[str, str] = {}
    for piece, fields in pieces:
        texts = {name: "".join(characters) for name, characters in fields}
        shown: dict[str, str] = {}
        for segment in piece.segments:
            for claim in segment.claims:
                shown[claim] = shown.get(claim, "") + (segment.text or texts[segment.field])
        stated |= shown
    return stated
