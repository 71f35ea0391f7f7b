"""What a reviewer should look at twice: a role that is easier to reach, or wider, than it could be.

Judged from the output alone. Whether a trust policy admits strangers is the policy pack's to say,
and whether reality still is as written is for `drift`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from keyless.ref_patterns import Kind, looseness
from keyless.stack.role import Role

Grade = Literal["loose", "note"]
"""`loose` lets code in that nobody had to look at; `note` is worth knowing."""


@dataclass(frozen=True, kw_only=True)
class FindingKind:
    """One kind of finding; `find` returns what was found, or None where a role has none.

    `about` tells what carries it: the context, and with it every role there, or the role alone.
    """

    id: str
    grade: Grade
    about: Literal["context", "role"]
    label: str
    meaning: str
    remedy: str
    find: Callable[[Role], str | None]


@dataclass(frozen=True)
class Finding:
    """One kind as found on one role; `found` quotes the output."""

    kind: FindingKind
    found: str

    @property
    def sentence(self) -> str:
        """What was found, why it matters, what to write instead."""
        return f"{self.found}. {self.kind.meaning}. {self.kind.remedy}."


def findings_of(role: Role) -> tuple[Finding, ...]:
    """Return the findings of a role, gravest first."""
    found = ((kind, kind.find(role)) for kind in FINDING_KINDS)
    return tuple(Finding(kind, what) for kind, what in found if what is not None)


def _whole_repository(role: Role) -> str | None:
    return "context whole_repository" if role.context_kind == "whole_repository" else None


def _pull_requests_write(role: Role) -> str | None:
    if role.context_kind != "pull_requests" or role.access == "read":
        return None
    return f"context pull_requests with {role.access} access"


def _branch_without_environment(role: Role) -> str | None:
    """Find roles that change something: one that reads may be had by a pull request, too."""
    if role.context_kind != "branch" or role.access == "read":
        return None
    return f"context {role.context} with {role.access} access"


def _any_ref(role: Role) -> str | None:
    if role.context_kind != "environment":
        return None
    if role.is_for_review and role.has_reviewers:
        return None
    if not role.branches and not role.tags:
        return "no branch or tag is named"
    listed: tuple[tuple[Kind, tuple[str, ...]], ...] = (
        ("branch", role.branches),
        ("tag", role.tags),
    )
    wide = [
        f'{what} "{pattern}"'
        for what, patterns in listed
        for pattern in patterns
        if looseness(what, pattern)
    ]
    return " and ".join(wide) or None


def _no_reviewers(role: Role) -> str | None:
    is_bare = role.context_kind == "environment" and not role.has_reviewers
    return "reviewers: none" if is_bare else None


def _self_review_possible(role: Role) -> str | None:
    if role.approval is None or not role.has_reviewers or role.approval.prevent_self_review:
        return None
    return "prevent_self_review: false"


def _admins_bypass(role: Role) -> str | None:
    return "admins_bypass: true" if role.approval and role.approval.admins_bypass else None


def _changes_permissions(role: Role) -> str | None:
    changing = [p.summary for p in role.permissions if p.access == "permissions"]
    return "; ".join(changing) or None


def _session_over_an_hour(role: Role) -> str | None:
    return f"{role.session_minutes} minutes" if role.session_minutes > 60 else None


FINDING_KINDS: tuple[FindingKind, ...] = (
    FindingKind(
        id="whole-repository",
        grade="loose",
        about="context",
        label="whole repository",
        meaning="Every branch, tag, environment and pull request of the repository gets in",
        remedy="Name an environment instead",
        find=_whole_repository,
    ),
    FindingKind(
        id="pull-requests-write",
        grade="loose",
        about="role",
        label="pull requests write",
        meaning="Code that nobody has reviewed yet can change things",
        remedy="Give pull requests read access, and let an environment write",
        find=_pull_requests_write,
    ),
    FindingKind(
        id="any-ref",
        grade="loose",
        about="context",
        label="any branch or tag",
        meaning="Anybody who can push a branch or a tag can start a job here",
        remedy="Name the branches and tags that deploy",
        find=_any_ref,
    ),
    FindingKind(
        id="no-reviewers",
        grade="loose",
        about="context",
        label="no reviewers",
        meaning="A push is enough, nobody has to approve",
        remedy="Name reviewers, users or teams",
        find=_no_reviewers,
    ),
    FindingKind(
        id="self-review-possible",
        grade="loose",
        about="context",
        label="self review possible",
        meaning="Anybody who starts a deployment can approve it alone",
        remedy="Leave out prevent_self_review: it is on by default",
        find=_self_review_possible,
    ),
    FindingKind(
        id="admins-bypass",
        grade="loose",
        about="context",
        label="admins bypass",
        meaning="Administrators of the repository can skip reviewers and timer",
        remedy="Leave out admins_bypass: it is off by default",
        find=_admins_bypass,
    ),
    FindingKind(
        id="branch-without-environment",
        grade="loose",
        about="role",
        label="branch writes without environment",
        meaning="What is pushed to the branch changes things: no approval, no wait",
        remedy="Put the role into an environment that deploys from this branch",
        find=_branch_without_environment,
    ),
    FindingKind(
        id="changes-permissions",
        grade="note",
        about="role",
        label="changes permissions",
        meaning="Such a role can change who may do what, or go on to roles whose rights are not "
        "seen here",
        remedy="Check that exact roles are named and that the permissions boundary is in force",
        find=_changes_permissions,
    ),
    FindingKind(
        id="session-over-an-hour",
        grade="note",
        about="role",
        label="long session",
        meaning="Leaked credentials of a session work until it ends",
        remedy="Ask for 60 minutes or less where the work allows it",
        find=_session_over_an_hour,
    ),
)
"""Every kind of finding, gravest first."""
