"""Block a role for GitHub without a permissions boundary.

Attack: whatever is granted to the role later, by mistake or by a stolen administrator's session,
a workflow can use at once.

Not judged: what the boundary allows; its document is no permission.

Source: "Permissions boundaries for IAM entities", AWS IAM User Guide.
"""

from collections.abc import Iterator

from pulumi_policy import Severity

from policypack.enforcement import Judging, stack_policy
from policypack.finding import Finding
from policypack.reach import Reach
from policypack.reading import Unknown
from policypack.settings import settings_of
from policypack.stack import Stack


def missing_boundary(boundary: str | Unknown | None, allowed: tuple[str, ...]) -> Iterator[str]:
    """Refuse a role without a boundary; where the settings list boundaries, without one of them."""
    instead = f'Write "{allowed[0]}".' if allowed else "Write the ARN of the stack's boundary."
    why = "Whatever the role is granted later, a workflow can use."
    if isinstance(boundary, Unknown):
        yield f"permissionsBoundary: not known at preview. It may be none. {instead}"
    elif not boundary:
        yield f"permissionsBoundary: none. {why} {instead}"
    elif allowed and boundary not in allowed:
        yield (
            f'permissionsBoundary: "{boundary}" is not among the boundaries of the pack\'s '
            f"settings. It may allow anything. {instead}"
        )


def validate(stack: Stack, judging: Judging) -> None:
    """Judge the boundary of every role that GitHub reaches."""
    for each in Reach(stack).roles:
        with judging(each.role) as report:
            boundary = each.role.properties.text("permissionsBoundary")
            for sentence in missing_boundary(boundary, settings_of(each.role.stack).boundaries):
                report(Finding(f"{each.where}{sentence}"))


POLICY = stack_policy(
    "role-boundary-required",
    display_name="Roles for GitHub have a boundary",
    description="A role that GitHub reaches carries a permissions boundary that the settings list.",
    severity=Severity.HIGH,
    remediation_steps="Set the role's permissions boundary to one of those in the pack's settings.",
    validate=validate,
)
