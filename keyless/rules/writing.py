"""Writing that a branch or a tag reaches without an environment."""

from collections.abc import Iterable, Iterator

from keyless.rules.grant import Grant
from keyless.rules.permissions import READS, actions_of, readable_statements

INSTEAD = "Write an environment with reviewers, and let the role trust that."


def ungated_writes(refs: Iterable[str], grants: Iterable[Grant]) -> Iterator[str]:
    """Yield a sentence for what writes, for every ref that reaches it; what is unseen may write.

    `refs` are contexts such as `ref:refs/heads/main`, and `*` for a whole repository.
    """
    served = ", ".join("every branch" if ref == "*" else f'"{ref}"' for ref in refs)
    if not served:
        return
    for grant in grants:
        if written := _first_write(grant):
            yield (
                f"{grant.label}: {written}, and {served} reaches the role. Anybody who can push "
                f"there changes AWS without approval. {INSTEAD}"
            )


def _first_write(grant: Grant) -> str | None:
    if grant.document is None:
        return None if grant.unknown else "it may allow writing"
    for statement in readable_statements(grant.document):
        if statement.not_actions:
            return f"statement {statement.index} allows writing"
        for written, actions in actions_of(statement):
            if any(action.access not in READS for action in actions):
                return f'statement {statement.index} allows "{written}"'
    return None
