"""Block permissions with which a role can give itself, or somebody else, more of them.

Attack: a workflow passes a stronger role to a service it controls, rewrites a policy, or takes its
own boundary off; one role for GitHub changes the trust, the policies or the boundary of another; it
makes a role, writes its policies without a boundary, and takes it.

Not judged: whether roles outside of the stack that are named exactly are stronger than this one,
save those that AWS makes administrators; users, groups and permission sets that are named exactly;
rights that a service keeps by itself, as Lake Formation and the clusters of EKS do; services that
act with a role of their own once they are set up; what an administrator may do who is granted every
action on everything, and whom GitHub does not reach; what others than these roles are granted and
is not known at preview.

Anybody else who may write any role is kept from these by a Deny without conditions.

Source: "Actions, resources, and condition keys for AWS Identity and Access Management", AWS Service
Authorization Reference.
"""

from itertools import chain

from pulumi_policy import Severity

from keyless.rules.changes import changes_of_others
from keyless.rules.escalation import escalations
from keyless.rules.stack_grants import of_others
from keyless.rules.stack_reach import boundary_of
from policypack.enforcement import Judging, stack_policy
from policypack.finding import Finding
from policypack.granted import Auditable
from policypack.reading import Resource
from policypack.roles import reach
from policypack.settings import settings_of
from policypack.stack import Stack


def validate(stack: Stack, judging: Judging) -> None:
    """Judge what every role that GitHub reaches is granted, and what others may change of it."""
    reached, auditable = reach(stack), Auditable(stack)
    guarded = reached.guarded()
    for each in reached.roles:
        with judging(each.role) as report:
            boundaries = _boundaries(each.role)
            seen_of = [(grant, auditable.seen(grant)) for grant in each.grants]
            every = [one for _, seen in seen_of for one in seen]
            for grant, seen in seen_of:
                for sentence in escalations(seen, each.name, guarded, boundaries, every):
                    report(Finding(f"{each.where}{sentence}", auditable.identity(each, grant)))
    bounding = {each.boundary for each in guarded if each.boundary}
    for other, grants in chain(reached.others, of_others(stack, bounding) if guarded else ()):
        with judging(other) as report:
            for sentence in changes_of_others(grants, guarded):
                report(Finding(sentence))


def _boundaries(role: Resource) -> frozenset[str]:
    own = boundary_of(role)
    return frozenset({*settings_of(role.stack).boundaries, *((own,) if own else ())})


POLICY = stack_policy(
    "role-cannot-escalate",
    display_name="Roles cannot widen themselves",
    description="A role that GitHub reaches changes IAM on exact ARNs or under a boundary alone.",
    severity=Severity.CRITICAL,
    remediation_steps="Name the roles that are passed or changed, or require the boundary on them.",
    validate=validate,
)
