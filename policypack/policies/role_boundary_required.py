"""Block a role for GitHub without a permissions boundary.

Attack: whatever is granted to the role later, by mistake or by a stolen administrator's session,
a workflow can use at once.

Not judged: what the boundary allows; its document is no permission.

Source: "Permissions boundaries for IAM entities", AWS IAM User Guide.
"""

from collections.abc import Iterator

from pulumi_policy import Severity

from policypack.enforcement import resource_policy
from policypack.finding import Finding, Report
from policypack.reading import Resource, Unknown
from policypack.resource_types import ROLES
from policypack.roles import github_trust_of
from policypack.settings import settings_of


def missing_boundary(boundary: str | Unknown | None, allowed: tuple[str, ...]) -> Iterator[Finding]:
    """Refuse a role without a boundary; where the settings list boundaries, without one of them."""
    instead = f'Write "{allowed[0]}".' if allowed else "Write the ARN of the stack's boundary."
    why = "Whatever the role is granted later, a workflow can use."
    if isinstance(boundary, Unknown):
        yield Finding(f"permissionsBoundary: not known at preview. It may be none. {instead}")
    elif not boundary:
        yield Finding(f"permissionsBoundary: none. {why} {instead}")
    elif allowed and boundary not in allowed:
        yield Finding(
            f'permissionsBoundary: "{boundary}" is not among the boundaries of the pack\'s '
            f"settings. It may allow anything. {instead}"
        )


def validate(role: Resource, report: Report) -> None:
    """Judge the boundary of a role that trusts GitHub."""
    if github_trust_of(role):
        boundary = role.properties.text("permissionsBoundary")
        for finding in missing_boundary(boundary, settings_of(role.stack).boundaries):
            report(finding)


POLICY = resource_policy(
    "role-boundary-required",
    display_name="Roles for GitHub have a boundary",
    description="A role that trusts GitHub carries a permissions boundary that the settings list.",
    severity=Severity.HIGH,
    remediation_steps="Set the role's permissions boundary to one of those in the pack's settings.",
    types=ROLES,
    validate=validate,
)
