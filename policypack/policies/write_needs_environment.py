"""Block a role that can change things and is reached by a branch or a tag, where settings say so.

Attack: whoever can push the branch writes to AWS without anybody's approval; a branch has no
reviewers of its own.

Not judged: roles of environments; roles that pull requests reach
(`pull-request-role-read-only`).

Source: "Deployments and environments", GitHub Docs.
"""

from collections.abc import Iterable, Iterator

from pulumi_policy import Severity

from keyless.rules.permissions import READS, actions_of, readable_statements
from keyless.trust import Judgement
from policypack.enforcement import Judging, stack_policy
from policypack.finding import Finding
from policypack.grants import Grant, Grants
from policypack.roles import github_roles
from policypack.settings import settings_of
from policypack.stack import Stack

INSTEAD = "Write an environment with reviewers, and let the role trust that."


def ungated_writes(refs: Iterable[str], grants: Iterable[Grant]) -> Iterator[Finding]:
    """Refuse what writes, for every ref that reaches it; what is not seen may write."""
    served = ", ".join("every branch" if ref == "*" else f'"{ref}"' for ref in refs)
    if not served:
        return
    for grant in grants:
        if written := _first_write(grant):
            yield Finding(
                f"{grant.label}: {written}, and {served} reaches the role. Whoever can push there "
                f"changes AWS without approval. {INSTEAD}"
            )


def _first_write(grant: Grant) -> str | None:
    if grant.document is None:
        return "it may allow writing"
    for statement in readable_statements(grant.document):
        if statement.not_actions:
            return f"statement {statement.index} allows writing"
        for written, actions in actions_of(statement):
            if any(action.access not in READS for action in actions):
                return f'statement {statement.index} allows "{written}"'
    return None


def _refs(trust: Judgement) -> list[str]:
    """Return the branches and tags that a role trusts, and whole repositories as `*`."""
    contexts = (context.context for context in trust.contexts)
    return [context for context in contexts if context == "*" or context.startswith("ref:")]


def validate(stack: Stack, judging: Judging) -> None:
    """Judge every role that a branch or a tag reaches."""
    grants = Grants(stack)
    for role, trust in github_roles(stack):
        with judging(role) as report:
            if settings_of(role.stack).write_needs_environment:
                for finding in ungated_writes(_refs(trust), grants.of(role)):
                    report(finding)


POLICY = stack_policy(
    "write-needs-environment",
    display_name="Writing takes an environment",
    description="A role that can change things is reached through an environment.",
    severity=Severity.HIGH,
    remediation_steps="Move the role's context from the branch to an environment with reviewers.",
    validate=validate,
)
