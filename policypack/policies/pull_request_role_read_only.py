"""Block a role that pull requests reach and that does more than read what is set up.

Attack: a pull request runs whatever its author wrote, before anybody looked: it writes, takes
another role, or prints the data that it may read into its log.

What carries environment variables, user data or parameters counts as data. A read that acts or
costs, and one of data that IAM limits to no resource, is blocked whatever is named.

Not judged: what the named objects hold, which is for whoever names them to weigh.

Source: "Security hardening for GitHub Actions", GitHub Docs.
"""

from pulumi_policy import Severity

from keyless.rules.reading import beyond_reading
from policypack.enforcement import Judging, stack_policy
from policypack.finding import Finding
from policypack.roles import reach
from policypack.stack import Stack


def validate(stack: Stack, judging: Judging) -> None:
    """Judge every role that pull requests reach, by themselves or among others."""
    for each in reach(stack).roles:
        if each.is_of_pull_requests:
            with judging(each.role) as report:
                for sentence in beyond_reading(each.grants):
                    report(Finding(f"{each.where}{sentence}"))


POLICY = stack_policy(
    "pull-request-role-read-only",
    display_name="Pull requests read what is set up",
    description="A role that pull requests reach lists and reads configuration, and nothing else.",
    severity=Severity.CRITICAL,
    remediation_steps="Keep writing to roles of environments, and name the objects that are read.",
    validate=validate,
)
