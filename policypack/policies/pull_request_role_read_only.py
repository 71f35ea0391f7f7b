"""Block a role of pull requests that does more than read, or writes beyond its review environment.

Attack: a pull request runs whatever its author wrote, before anybody looked: it writes, takes
another role, or prints the data that it may read into its log.

What carries environment variables, user data or parameters counts as data. A read that acts or
costs, and one of data that IAM limits to no resource, is blocked whatever is named.

Where somebody approves each run, in an environment that the settings list under
`review_environments`, a role may write buckets, objects and image repositories, and those alone
whose names begin with the prefix that the settings give.

Not judged: what the named objects contain: the person who names them decides about it.

Source: "Security hardening for GitHub Actions", GitHub Docs.
"""

from pulumi_policy import Severity

from keyless.rules.environments import review_prefixes
from keyless.rules.reading import beyond_reading
from keyless.rules.review import beyond_review
from policypack.enforcement import Judging, stack_policy
from policypack.finding import Finding
from policypack.roles import reach
from policypack.settings import settings_of
from policypack.stack import Stack


def validate(stack: Stack, judging: Judging) -> None:
    """Judge every role that pull requests reach, by themselves, among others or after a review."""
    review = settings_of(stack.root.stack).review_environments
    for each in reach(stack).roles:
        with judging(each.role) as report:
            for sentence in beyond_reading(each.grants) if each.is_of_pull_requests else ():
                report(Finding(f"{each.where}{sentence}"))
            for prefix in review_prefixes(each.contexts, review):
                for sentence in beyond_review(each.grants, prefix):
                    report(Finding(f"{each.where}{sentence}"))


POLICY = stack_policy(
    "pull-request-role-read-only",
    display_name="Pull requests read what is set up",
    description="A role of pull requests reads what is set up, and after a review writes a prefix.",
    severity=Severity.CRITICAL,
    remediation_steps="Keep writing to roles of environments, and name the objects that are read.",
    validate=validate,
)
