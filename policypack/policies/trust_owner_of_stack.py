"""Block a role that trusts a repository of another owner than the stack's.

Attack: one letter of the owner is wrong, or was copied from an example, and anybody who has that
name deploys; no environment, reviewer or branch rule of the stack applies there.

Not judged: environments (`environment-managed-before-role`); stacks without any resource of GitHub,
and those whose provider takes its owner from its process's surroundings.

Source: "OpenID Connect reference", GitHub Docs.
"""

from collections.abc import Collection, Iterator

from pulumi_policy import Severity

from keyless.rules.environments import environment_in
from keyless.trust import Context
from policypack.enforcement import Judging, stack_policy
from policypack.finding import Finding
from policypack.roles import github_roles
from policypack.stack import Stack


def foreign(trusted: tuple[Context, ...], owners: Collection[str]) -> Iterator[Finding]:
    """Refuse trust in a repository that is of none of some owners; letter case does not count."""
    known = {owner.casefold() for owner in owners}
    outside = (each.repository.owner for each in trusted if environment_in(each) is None)
    for owner in dict.fromkeys(filter(None, outside)):
        if known and owner.casefold() not in known:
            listed = " or ".join(f'"{each}"' for each in sorted(owners))
            yield Finding(
                f'repository of "{owner}": trusted, and the stack manages the GitHub of {listed}. '
                "Nothing here protects what that owner deploys. Write the owner of the stack, or "
                f'the role into a stack that manages "{owner}".'
            )


def validate(stack: Stack, judging: Judging) -> None:
    """Judge every role that trusts GitHub."""
    owners = stack.owners
    for role, trust in github_roles(stack):
        with judging(role) as report:
            for finding in foreign(trust.contexts, owners):
                report(finding)


POLICY = stack_policy(
    "trust-owner-of-stack",
    display_name="Trust stays with the stack's owner",
    description="A role trusts repositories of the owner whose GitHub the stack manages.",
    severity=Severity.CRITICAL,
    remediation_steps="Name the owner as the stack's GitHub provider does, in trust as there.",
    validate=validate,
)
