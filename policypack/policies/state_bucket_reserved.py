"""Block a grant on a bucket that has the state of stacks, where the settings list it.

Attack: anybody who writes the state names a plugin in it by its address, and the next preview
downloads and runs that beside the tokens of the pipeline.

Not judged: roles that GitHub does not reach; roles that the settings name for the bucket, as those
of the pipeline that look; managed policies that the stack does not show, as the pipeline's own role
has one.

Source: "State and backends", Pulumi documentation.
"""

from pulumi_policy import Severity

from keyless.rules.state import on_state
from policypack.enforcement import Judging, stack_policy
from policypack.finding import Finding
from policypack.roles import reach
from policypack.settings import settings_of
from policypack.stack import Stack


def validate(stack: Stack, judging: Judging) -> None:
    """Judge what every role that GitHub reaches is granted on the listed buckets."""
    settings = settings_of(stack.root.stack)
    for each in reach(stack).roles if settings.listed_buckets else ():
        closed = settings.state_buckets_closed_to(each.role_name)
        with judging(each.role) as report:
            for sentence in on_state(each.grants, closed):
                report(Finding(f"{each.where}{sentence}"))


POLICY = stack_policy(
    "state-bucket-reserved",
    display_name="State belongs to the pipeline",
    description="No role that GitHub reaches is granted anything on a bucket of state, but those "
    "that the settings name for it.",
    severity=Severity.CRITICAL,
    remediation_steps="Leave the bucket out, and let the role that updates the stack reach it.",
    validate=validate,
)
