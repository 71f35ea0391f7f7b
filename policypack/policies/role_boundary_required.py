"""Block a role for GitHub without a permissions boundary.

Attack: whatever is granted to the role later, by mistake or by a stolen administrator's session,
a workflow can use at once.

Not judged: what the boundary allows; its document is no permission.

Source: "Permissions boundaries for IAM entities", AWS IAM User Guide.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence

from pulumi_policy import Severity

from keyless.rules.resources import Unknown
from keyless.rules.stack_grants import MANAGED
from policypack.enforcement import Judging, stack_policy
from policypack.finding import Finding
from policypack.roles import reach
from policypack.settings import settings_of
from policypack.stack import Stack


def missing_boundary(
    boundary: str | Unknown | None, allowed: Collection[str], instead: str
) -> Iterator[str]:
    """Refuse a role without a boundary, and one whose boundary does not count for it.

    `allowed` are the ARNs of those that count; `instead` says which to write.
    """
    if isinstance(boundary, Unknown):
        yield f"permissionsBoundary: not known at preview. It may be none. {instead}"
    elif not boundary:
        yield (
            "permissionsBoundary: none. Whatever the role is granted later, a workflow can use. "
            f"{instead}"
        )
    elif boundary not in allowed:
        yield (
            f'permissionsBoundary: "{boundary}" is not among the boundaries that the pack\'s '
            f"settings list for this role. It may allow anything. {instead}"
        )


def which_boundary(role: str, allowed: Sequence[str], listed: Sequence[str], account: str) -> str:
    """Say which boundary a role is to have, and how the settings make it count.

    `allowed` are the ARNs that count for the role, `listed` all those of the settings that are of
    its account; `account` is that account where the settings list others' boundaries alone.
    """
    if allowed:
        return f'Write "{allowed[0]}".'
    if account:
        entry = json.dumps({"arn": "ARN", "roles": [role]})
        return (
            f"Write the ARN of a policy of the role's account, {account}, and {entry} under "
            "boundaries in the pack's settings."
        )
    if not listed:
        return "Write the ARN of the stack's boundary."
    entry = json.dumps({"arn": listed[0], "roles": [role]})
    return (
        f'Write "{listed[0]}", and {entry} under boundaries in the pack\'s settings, since the '
        "stack does not create that policy."
    )


def of_account(account: str, boundaries: Iterable[str]) -> tuple[str, ...]:
    """Return the boundaries that a role can have: a policy of its own account, if that is known."""
    return tuple(each for each in boundaries if account in ("", _account_and_name(each)[0]))


def created(stack: Stack, listed: Iterable[str]) -> frozenset[str]:
    """Return those of some ARNs that are of policies which the stack creates."""
    names = set()
    for policy in stack.of(*MANAGED):
        path_key, name_key, _ = MANAGED[policy.type]
        path, name = policy.properties.text(path_key) or "/", policy.properties.text(name_key)
        if isinstance(path, str) and isinstance(name, str):
            names.add((policy.account, f"{path}{name}"))
    return frozenset(arn for arn in listed if {_account_and_name(arn), _name_alone(arn)} & names)


def _account_and_name(arn: str) -> tuple[str, str]:
    account, _, name = arn.partition("::")[2].partition(":policy")
    return account, name


def _name_alone(arn: str) -> tuple[str, str]:
    """Return what is known of a policy whose account is not."""
    return "", _account_and_name(arn)[1]


def validate(stack: Stack, judging: Judging) -> None:
    """Judge the boundary of every role that GitHub reaches."""
    settings = settings_of(stack.root.stack)
    own = created(stack, settings.boundaries)
    for each in reach(stack).roles:
        with judging(each.role) as report:
            boundary = each.role.properties.text("permissionsBoundary")
            name = each.role_name
            account = each.role.account
            allowed = of_account(account, settings.boundaries_of(name, own))
            listed = of_account(account, settings.boundaries)
            elsewhere = account if settings.boundaries and not listed else ""
            instead = which_boundary(name, allowed, listed, elsewhere)
            if not settings.boundaries and isinstance(boundary, str):
                allowed = (boundary,)
            for sentence in missing_boundary(boundary, allowed, instead):
                report(Finding(f"{each.where}{sentence}"))


POLICY = stack_policy(
    "role-boundary-required",
    display_name="Roles for GitHub have a boundary",
    description="A role that GitHub reaches carries a permissions boundary that the settings list.",
    severity=Severity.HIGH,
    remediation_steps="Set the role's permissions boundary to one of those in the pack's settings.",
    validate=validate,
)
