"""Block permissions that nobody can list: wildcard actions, any resource, unseen policies.

Attack: a workflow that needs one bucket reaches every bucket; an action that AWS adds tomorrow is
granted today.

A managed policy that the settings list under `managed_policies` may stay unseen. One that the stack
looks up is judged, listed or not.

A role that the stack does not show may trust GitHub, so it is not made an administrator here.

Not judged: listing, and reading how things are set up, which may be granted on everything; what a
Deny or a boundary takes away again.

Source: "Security best practices in IAM: Apply least-privilege permissions", AWS IAM User Guide.
"""

from collections.abc import Iterable, Iterator

from pulumi_policy import Severity

from keyless.rules.power import administrators_elsewhere
from keyless.rules.scope import unscoped
from keyless.rules.stack_grants import Unattached
from policypack.enforcement import Judging, stack_policy
from policypack.finding import Finding
from policypack.granted import Auditable
from policypack.reading import Resource
from policypack.roles import reach
from policypack.settings import settings_of
from policypack.stack import Stack


def unattached(
    found: Iterable[Unattached[Resource]],
) -> Iterator[tuple[Unattached[Resource], Finding]]:
    """Refuse permissions that may go to any role of the stack."""
    for each in found:
        yield (
            each,
            Finding(
                f"{each.unknown.path}: not known at preview. It may be a role that trusts GitHub. "
                "Write the role's name."
            ),
        )


def validate(stack: Stack, judging: Judging) -> None:
    """Judge what every role that GitHub reaches is granted."""
    reached, settings, auditable = reach(stack), settings_of(stack.root.stack), Auditable(stack)
    for each in reached.roles:
        with judging(each.role) as report:
            allowed = settings.managed_policies_of(each.role_name)
            for grant in each.grants:
                # What the settings allow unseen is judged all the same where the stack shows it.
                seen = auditable.seen(grant) if grant.arn in allowed else []
                shown = [policy for policy in seen if policy is not grant]
                for sentence in unscoped([grant, *shown], allowed, each.name):
                    report(Finding(f"{each.where}{sentence}", auditable.identity(each, grant)))
    for lost, finding in unattached(reached.grants.unattached if reached.roles else ()):
        with judging(lost.resource) as report:
            report(finding)
    for found in reached.grants.elsewhere if reached.roles else ():
        accepted = settings.accepts(found.resource.type, found.resource.name)
        with judging(found.resource) as report:
            for sentence in administrators_elsewhere(found.role, () if accepted else found.grants):
                report(Finding(sentence))


POLICY = stack_policy(
    "role-permissions-scoped",
    display_name="Permissions name actions and resources",
    description="A role that GitHub reaches is granted named actions on named resources.",
    severity=Severity.HIGH,
    remediation_steps="List the actions that the workflow calls, and the ARNs it calls them on.",
    validate=validate,
)
