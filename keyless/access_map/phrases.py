"""The few phrases in which every form of the access map describes a role. Plain text throughout."""

from collections.abc import Sequence

from keyless.stack.role import ContextKind, Role

CONTEXT_WORDS: dict[ContextKind, str] = {
    "environment": "environment",
    "branch": "branch",
    "pull_requests": "pull requests",
    "whole_repository": "whole repository",
}


def context_phrase(role: Role) -> str:
    """Name the context: `environment production`, `pull requests`."""
    word = CONTEXT_WORDS[role.context_kind]
    return f"{word} {role.context_name}" if role.context_name else word


def protection_phrase(role: Role) -> str:
    """Say who has to approve, and how long a job waits."""
    if role.approval is None:
        return "nobody approves"
    approvers = [*role.approval.users, *(f"team {team}" for team in role.approval.teams)]
    wait = role.approval.wait_minutes
    phrase = f"approved by {either(approvers)}" if approvers else "nobody approves"
    if role.approval.prevent_self_review:
        phrase += ", self-review not allowed"
    return f"{phrase}; waits {wait} min" if wait else phrase


def origin_phrase(role: Role) -> str:
    """Say which refs a job may come from, and until when it gets in."""
    origin = _origin_phrase(role)
    return f"{origin}; gets in before {role.until} (UTC) alone" if role.until else origin


def _origin_phrase(role: Role) -> str:
    match role.context_kind:
        case "branch":
            return f"from branch {role.context_name}"
        case "pull_requests":
            return "from any pull request, reviewed or not"
        case "whole_repository":
            return "from every branch, tag, environment and pull request"
        case "environment" if role.is_for_review:
            phrase = "from pull requests of the repository, each run approved: a review environment"
            return f"{phrase}; writes begin with {role.name_prefix}" if role.name_prefix else phrase
        case "environment":
            named = [
                *(f"branch {branch}" for branch in role.branches),
                *(f"tag {tag}" for tag in role.tags),
            ]
            return f"from {either(named)}" if named else "from any branch or tag"


def account_phrase(role: Role) -> str:
    """Name the account with its stack: `prod 222222222222`."""
    return f"{role.stack} {role.account}"


def either(names: Sequence[str]) -> str:
    """List names for a sentence: `a, b or c`."""
    *front, back = names
    return f"{', '.join(front)} or {back}" if front else back
