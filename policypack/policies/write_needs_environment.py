"""Block a role that can change things and is reached by a branch or a tag, where settings say so.

Attack: anybody who can push the branch writes to AWS without anybody's approval; a branch has no
reviewers of its own.

Not judged: roles of environments; roles that pull requests reach
(`pull-request-role-read-only`).

Source: "Deployments and environments", GitHub Docs.
"""

from pulumi_policy import Severity

from keyless.rules.writing import ungated_writes
from policypack.enforcement import Judging, stack_policy
from policypack.finding import Finding
from policypack.roles import reach
from policypack.settings import settings_of
from policypack.stack import Stack


def validate(stack: Stack, judging: Judging) -> None:
    """Judge every role that a branch or a tag reaches."""
    if not settings_of(stack.root.stack).write_needs_environment:
        return
    for each in reach(stack).roles:
        with judging(each.role) as report:
            for sentence in ungated_writes(each.refs, each.grants):
                report(Finding(f"{each.where}{sentence}"))


POLICY = stack_policy(
    "write-needs-environment",
    display_name="Writing takes an environment",
    description="A role that can change things is reached through an environment.",
    severity=Severity.HIGH,
    remediation_steps="Move the role's context from the branch to an environment with reviewers.",
    validate=validate,
)
