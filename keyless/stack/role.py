"""One role as the stack's output `access` describes it, checked before anything else reads it.

An output may come from anywhere by the time it is reviewed: what has another shape is refused as a
whole, so that no review shows half of what somebody can do.
"""

import re
from datetime import UTC, datetime
from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, FailFast, Field, model_validator
from pydantic_core import PydanticCustomError

from keyless.facts import OWNER_NAME, REPOSITORY_NAME
from keyless.ref_patterns import PULL_REQUEST_PATTERN

Access = Literal["read", "write", "permissions"]
ContextKind = Literal["environment", "branch", "pull_requests", "whole_repository"]

_WIDTH: tuple[Access, ...] = ("read", "write", "permissions")
_NAMED_KINDS: tuple[ContextKind, ...] = ("environment", "branch")
_BARE_KINDS: tuple[ContextKind, ...] = ("pull_requests", "whole_repository")

_MOST_NAMES = 100
"""Several times those of any part."""


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("text without control or invisible characters is expected")
    return text


def _matching(pattern: str, expected: str) -> AfterValidator:
    whole = re.compile(rf"(?:{pattern})\Z")

    def check(text: str) -> str:
        if not whole.match(text):
            raise ValueError(f"{expected} is expected")
        return text

    return AfterValidator(check)


T = TypeVar("T")
Listed = Annotated[tuple[T, ...], Field(strict=False), FailFast()]
Line = Annotated[str, Field(min_length=1, max_length=2048), AfterValidator(_printable)]
Id = Annotated[int, Field(ge=1, le=2**53 - 1)]
OwnerName = Annotated[str, _matching(OWNER_NAME, "a GitHub owner")]
RepositoryName = Annotated[str, _matching(REPOSITORY_NAME, "a repository's name")]
ContextName = Annotated[
    str,
    _matching(
        r"(?:environment|branch)/.{1,255}|pull_requests|whole_repository",
        "environment/NAME, branch/NAME, pull_requests or whole_repository",
    ),
    AfterValidator(_printable),
]
RoleArn = Annotated[
    str,
    _matching(
        r"arn:aws[a-z-]{0,20}:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]{1,576}",
        "the ARN of a role",
    ),
]
WorkflowRef = Annotated[
    str,
    _matching(
        r"[A-Za-z0-9_-]{1,39}/[A-Za-z0-9._-]{1,100}/\.github/workflows/[A-Za-z0-9._-]{1,255}"
        r"@(?:refs/(?:heads|tags)/[A-Za-z0-9._/-]{1,244}|[0-9a-f]{40})",
        "OWNER/REPOSITORY/.github/workflows/FILE@REF",
    ),
]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    @model_validator(mode="before")
    @classmethod
    def _has_few_names(cls, entry: object) -> object:
        """Refuse at once what would be an error for each of a million names."""
        if isinstance(entry, dict) and len(entry) > _MOST_NAMES:
            raise PydanticCustomError("too_many_names", "too many names")
        return entry


class Approval(_Part):
    """What an environment asks for before a job starts; nobody named means nobody asked."""

    users: Listed[Line]
    teams: Listed[Line]
    prevent_self_review: bool
    admins_bypass: bool
    wait_minutes: Annotated[int, Field(ge=0, le=43200)]


class Statement(_Part):
    """One Allow statement; each condition is one line, `OPERATOR KEY: VALUE`."""

    actions: Listed[Line]
    resources: Listed[Line]
    conditions: Listed[Line]


class Permission(_Part):
    """One thing a role may do, in one line, with its statements; version 0.1 wrote none."""

    preset: Line
    summary: Line
    access: Access
    statements: Listed[Statement] = ()


class Role(_Part):
    """One role: who gets in, by whose approval, from where, and what it may do.

    Outputs of version 0.1 have no `name_prefix`, `until` and `assumes`, and no role that needs one.
    """

    stack: Annotated[str, _matching(r"[A-Za-z0-9_./-]{1,200}", "a stack's name")]
    account: Annotated[str, _matching(r"[0-9]{12}", "an account id of 12 digits")]
    partition: Annotated[str, _matching(r"aws[a-z-]{0,20}", "an AWS partition")]
    region: Annotated[str, _matching(r"[a-z]{2,4}(?:-[a-z]+){1,3}-[0-9]{1,2}", "an AWS region")]
    issuer: Annotated[
        str, _matching(r"https://[A-Za-z0-9./_-]{1,240}", "an https address of an issuer")
    ]
    owner: OwnerName
    owner_id: Id
    repository: RepositoryName
    repository_id: Id
    context: ContextName
    function: Annotated[str, _matching(r"[A-Za-z_][A-Za-z0-9_-]{0,63}", "a function's name")]
    role_arn: RoleArn
    subjects: Annotated[Listed[Line], Field(min_length=1)]
    refs: Listed[Line]
    workflows: Listed[WorkflowRef]
    approval: Approval | None
    branches: Listed[Line]
    tags: Listed[Line]
    name_prefix: Annotated[str, _matching(r"[a-z0-9.-]{1,63}", "a prefix of names")] | None = None
    variable: Annotated[str, _matching(r"[A-Za-z_][A-Za-z0-9_]{0,254}", "a variable's name")]
    session_minutes: Annotated[int, Field(ge=15, le=720)]
    until: Annotated[str, _matching(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a day")] | None = None
    permissions: Listed[Permission]
    assumes: Listed[RoleArn] = ()

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if not self.role_arn.startswith(f"arn:{self.partition}:iam::{self.account}:role/"):
            raise ValueError("a role_arn of its own partition and account is expected")
        if (self.approval is None) == (self.context_kind == "environment"):
            raise ValueError("an approval is expected for an environment, and for nothing else")
        return self

    @property
    def context_kind(self) -> ContextKind:
        """What kind of place a job has to run in."""
        kind = self.context.partition("/")[0]
        return next(known for known in (*_NAMED_KINDS, *_BARE_KINDS) if known == kind)

    @property
    def context_name(self) -> str | None:
        """The environment's or the branch's name; the other contexts have none."""
        return self.context.partition("/")[2] or None

    @property
    def is_for_review(self) -> bool:
        """Whether the role is of an environment that pull requests alone may deploy to."""
        return self.context_kind == "environment" and (self.branches, self.tags) == (
            (PULL_REQUEST_PATTERN,),
            (),
        )

    @property
    def full_name(self) -> str:
        """The repository with its owner: `acme/storefront`."""
        return f"{self.owner}/{self.repository}"

    @property
    def role_name(self) -> str:
        """The role's name without its path."""
        return self.role_arn.rpartition("/")[2]

    @property
    def access(self) -> Access:
        """The widest of what the role may do; a role without permissions can read at most."""
        return max((p.access for p in self.permissions), key=_WIDTH.index, default="read")

    @property
    def has_ended(self) -> bool:
        """Whether the day has come, in UTC, from which nobody gets in any more."""
        return self.until is not None and self.until <= str(datetime.now(UTC).date())

    @property
    def has_reviewers(self) -> bool:
        """Whether somebody has to approve before a job gets in."""
        return self.approval is not None and bool(self.approval.users or self.approval.teams)
