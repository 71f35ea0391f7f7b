"""Find things among what moto contains for one account."""

from moto.iam.models import IAMBackend, ManagedPolicy, Role


def role_named(iam: IAMBackend, name: str) -> Role | None:
    """Return the role called exactly `name`, or None."""
    return next((role for role in iam.get_roles() if role.name == name), None)


def is_used(iam: IAMBackend, policy: ManagedPolicy) -> bool:
    """Tell whether `policy` is attached to anything, or is the boundary of a role."""
    attached = {
        arn
        for holders in (iam.roles, iam.users, iam.groups)
        for holder in holders.values()
        for arn in holder.managed_policies
    }
    return policy.arn in attached or any(
        role.permissions_boundary_arn == policy.arn for role in iam.get_roles()
    )
