"""What the reader of trust policies answers: verdicts, side notes, witnesses and findings.

Plain values only; how they come about is decided elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import total_ordering
from typing import Final


@total_ordering
class Verdict(Enum):
    """Grade a trust policy by the widest token that gets in; the first is the widest.

    `DEAD`, `UNKNOWN` and `NOT-GITHUB` come after the grades: they are answers of another kind.
    """

    OPEN = "OPEN"
    LOOKALIKE_OWNER = "LOOKALIKE-OWNER"
    OWNER_WIDE = "OWNER-WIDE"
    SIBLING_REPOSITORY = "SIBLING-REPOSITORY"
    REPOSITORY_WIDE = "REPOSITORY-WIDE"
    PULL_REQUEST = "PULL-REQUEST"
    ANY_BRANCH = "ANY-BRANCH"
    ANY_TAG = "ANY-TAG"
    ANY_ENVIRONMENT = "ANY-ENVIRONMENT"
    EXACT = "EXACT"
    DEAD = "DEAD"
    UNKNOWN = "UNKNOWN"
    NOT_GITHUB = "NOT-GITHUB"

    def __lt__(self, other: object) -> bool:
        """Order by width, so that `min` gives the widest."""
        if not isinstance(other, Verdict):
            return NotImplemented
        return _RANK[self] < _RANK[other]

    @property
    def urgency(self) -> tuple[int, "Verdict"]:
        """Order by what to say first: OPEN, then what is not known, for it may be anything else."""
        first = (Verdict.OPEN, Verdict.UNKNOWN)
        return first.index(self) if self in first else len(first), self

    def __str__(self) -> str:
        """Give the name as it is written in violations and exceptions."""
        return self.value


_RANK: Final = {verdict: rank for rank, verdict in enumerate(Verdict)}


class Note(StrEnum):
    """Name what a policy of any verdict may still lack."""

    NAME_ONLY = "NAME-ONLY"
    ONE_FORM = "ONE-FORM"
    NO_AUDIENCE = "NO-AUDIENCE"


@dataclass(frozen=True)
class Witness:
    """Hold the claims of a token that gets in and that nobody meant.

    `template` names the claim keys of the subject template that made the subject, when it is not
    GitHub's default.
    """

    claims: Mapping[str, str]
    template: tuple[str, ...] = ()

    @property
    def says(self) -> str:
        """Describe the token in half a sentence."""
        said = f'a token with sub "{self.claims["sub"]}"'
        if self.template:
            said += f" (subject template {', '.join(self.template)})"
        return said


@dataclass(frozen=True)
class Culprit:
    """Point at the value that let the witness in: statement from 1, operator, key and value."""

    statement: int
    operator: str
    key: str
    value: str


@dataclass(frozen=True)
class Repository:
    """Identify a repository as far as the policy does; None is what it leaves open."""

    owner: str | None = None
    name: str | None = None
    owner_id: str | None = None
    id: str | None = None

    def __str__(self) -> str:
        """Write it like a subject does, ids after `@`."""
        parts = ((self.owner, self.owner_id), (self.name, self.id))
        return "/".join((name or "?") + (f"@{id_}" if id_ else "") for name, id_ in parts)


@dataclass(frozen=True)
class Context:
    """Name one place that a policy serves.

    `context` is as in a subject: `environment:NAME`, `pull_request`, `ref:refs/heads/NAME`, or `*`
    for a whole repository. Both subject forms of one context are one `Context`.
    """

    repository: Repository
    context: str


@dataclass(frozen=True)
class ProvenVerdict:
    """Hold one verdict with its reason, and a token and the value that prove it."""

    verdict: Verdict
    reason: str
    witness: Witness | None = None
    culprit: Culprit | None = None


@dataclass(frozen=True)
class StatementJudgement:
    """Judge one statement by itself; for a Deny the verdict is NOT-GITHUB, for it lets nobody in.

    `audience` lists the audiences that the statement accepts as written; empty when it names none.
    `verdicts` are those of its values one by one, the widest first: that one is `verdict`.
    `refused` says why AWS would not take the statement.
    """

    index: int
    verdict: Verdict
    reason: str
    witness: Witness | None = None
    culprit: Culprit | None = None
    audience_pinned: bool = False
    audience: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    contexts: tuple[Context, ...] = ()
    notes: frozenset[Note] = frozenset()
    verdicts: tuple[ProvenVerdict, ...] = ()
    refused: str | None = None


@dataclass(frozen=True)
class ConditionCheck:
    """Tell how one condition met a token: what it wanted and what the token carried."""

    operator: str
    key: str
    passed: bool
    wanted: tuple[str, ...]
    got: tuple[str, ...] | None


@dataclass(frozen=True)
class StatementCheck:
    """Tell how one statement met a token.

    `applies` is True when principal and action fit and every condition passed.
    """

    index: int
    effect: str
    addressed: bool
    applies: bool
    conditions: tuple[ConditionCheck, ...]
