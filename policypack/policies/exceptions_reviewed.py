"""List the audited exceptions: those in use, with who answers for them, and those to remove.

Attack: an exception that was granted once and forgotten keeps a hole open that nobody remembers.

Not judged: whether the reason is a good one.

Source: "Regularly review and remove unused users, roles, permissions, policies, and credentials",
AWS IAM User Guide.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from pulumi_policy import EnforcementLevel, Severity

from keyless.trust import Judgement
from policypack.enforcement import Judging, stack_policy
from policypack.exceptions import AuditedException
from policypack.finding import Finding
from policypack.roles import github_roles
from policypack.settings import settings_of
from policypack.stack import Stack

MOST_MALFORMED = 20
"""Malformed exceptions that are told one by one; whoever mends these sees the next."""


def review(
    number: int, exception: AuditedException, trust: Judgement | None, today: date
) -> Iterator[Finding]:
    """Say what becomes of an exception, counted from 0; `trust` is that of the role it names."""
    where = f'exceptions[{number}] of {exception.policy} for "{exception.name}"'
    if exception.errors:
        yield Finding(
            f"exceptions[{number}]: malformed. {' '.join(exception.errors)} It applies to nothing. "
            "Mend it or remove it."
        )
    elif trust and _is_used(exception, trust, today):
        days = (exception.expires - today).days
        yield Finding(
            f"{where}: in use, {exception.verdict} is tolerated up to {exception.expires}, "
            f'{days} days from now, approved by {exception.approver}: "{exception.reason}". '
            "Remove it once the reason is gone."
        )
    else:
        past = " since it expired" if today > exception.expires else ""
        yield Finding(f"{where}: not in use{past}. It may come to hide a mistake. Remove it.")


def _is_used(exception: AuditedException, trust: Judgement, today: date) -> bool:
    judged = [(trust.verdict, trust.subjects)]
    judged += [(statement.verdict, statement.subjects) for statement in trust.statements]
    return any(
        exception.objection(str(verdict), frozenset(subjects), today) is None
        for verdict, subjects in judged
    )


def validate(stack: Stack, judging: Judging) -> None:
    """Go through the exceptions of the stack's settings."""
    settings = settings_of(stack.root.stack)
    roles = {(role.type, role.name): (role, trust) for role, trust in github_roles(stack)}
    today = datetime.now(UTC).date()
    malformed = [number for number, each in enumerate(settings.exceptions) if each.errors]
    untold = frozenset(malformed[MOST_MALFORMED:])
    for number, exception in enumerate(settings.exceptions):
        if number in untold:
            continue
        role, trust = roles.get((exception.type, exception.name), (stack.root, None))
        with judging(role) as report:
            for finding in review(number, exception, trust, today):
                report(finding)
    with judging(stack.root) as report:
        if untold:
            report(
                Finding(
                    f"exceptions: {len(untold)} further ones are malformed. They apply to nothing. "
                    "Mend them or remove them."
                )
            )
        for error in settings.errors:
            report(Finding(f"{error} Until then the strictest settings hold."))


POLICY = stack_policy(
    "exceptions-reviewed",
    display_name="Exceptions are looked at",
    description="Every audited exception is listed at each preview, used or not.",
    enforcement_level=EnforcementLevel.ADVISORY,
    severity=Severity.LOW,
    remediation_steps="Remove exceptions that are not in use, and those whose reason is gone.",
    validate=validate,
)
