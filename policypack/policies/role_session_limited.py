"""Block a role for GitHub whose sessions may last longer than the settings say.

Attack: credentials that leak from a job's log or memory work until the session ends.

Not judged: how long a workflow asks for, which the role's maximum caps.

Source: "Update the maximum session duration for a role", AWS IAM User Guide.
"""

from collections.abc import Iterator

from pulumi_policy import Severity

from keyless.rules.iam_types import ROLES
from keyless.rules.resources import Unknown
from policypack.enforcement import resource_policy
from policypack.finding import Finding, Report
from policypack.reading import Resource
from policypack.roles import github_trust_of
from policypack.settings import settings_of


def long_session(seconds: float | Unknown | None, minutes: int) -> Iterator[Finding]:
    """Refuse a maximum session longer than the settings allow; without one it is an hour."""
    longest = max(minutes, 60) * 60
    if isinstance(seconds, Unknown):
        yield Finding(
            "maxSessionDuration: not known at preview. Leaked credentials may work for 12 hours. "
            f"Write {longest} or less."
        )
    elif seconds is not None and seconds > longest:
        yield Finding(
            f"maxSessionDuration: {seconds:g} seconds, the pack's settings allow {minutes} "
            f"minutes. Leaked credentials work until the session ends. Write {longest} or less."
        )


def validate(role: Resource, report: Report) -> None:
    """Judge the maximum session of a role that trusts GitHub."""
    if github_trust_of(role):
        seconds = role.properties.number("maxSessionDuration")
        for finding in long_session(seconds, settings_of(role.stack).max_session_minutes):
            report(finding)


POLICY = resource_policy(
    "role-session-limited",
    display_name="Sessions are short",
    description="A role that trusts GitHub limits its sessions to what the settings allow.",
    severity=Severity.MEDIUM,
    remediation_steps="Lower the role's maximum session, or raise max_session_minutes.",
    types=ROLES,
    validate=validate,
)
