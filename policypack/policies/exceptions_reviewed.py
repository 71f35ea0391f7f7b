"""List the audited exceptions: those in use, with who answers for them, and those to remove.

Attack: an exception that was granted once and forgotten keeps a hole open that nobody remembers.

Not judged: whether the reason is a good one.

Source: "Regularly review and remove unused users, roles, permissions, policies, and credentials",
AWS IAM User Guide.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime

from pulumi_policy import EnforcementLevel, Severity

from keyless.rules.exceptions import AuditedException
from keyless.rules.iam_types import ROLES
from policypack.enforcement import Judging, stack_policy
from policypack.finding import Finding
from policypack.granted import Auditable
from policypack.roles import reach
from policypack.settings import settings_of
from policypack.stack import Stack
from policypack.trust import POLICY_OF, can_be_excepted, judged_trust

MOST_MALFORMED = 20
"""Malformed exceptions that are listed one by one; mending these shows the next."""

Key = tuple[str, str, str]


def review(number: int, exception: AuditedException, used: bool, today: date) -> Iterator[Finding]:
    """Say what becomes of an exception, counted from 0."""
    where = f'exceptions[{number}] of {exception.policy} for "{exception.name}"'
    if exception.errors:
        yield Finding(
            f"exceptions[{number}]: malformed. {' '.join(exception.errors)} It applies to nothing. "
            "Mend it or remove it."
        )
    elif used:
        days = (exception.expires - today).days
        yield Finding(
            f"{where}: in use up to {exception.expires}, {days} days from now, approved by "
            f'{exception.approver}: "{exception.reason}". Remove it once the reason is gone.'
        )
    else:
        past = " since it expired" if today > exception.expires else ""
        yield Finding(f"{where}: not in use{past}. It may come to hide a mistake. Remove it.")


def documents(stack: Stack) -> Mapping[Key, list[Mapping[str, str]]]:
    """Return what each policy could except of each resource, by policy, type and name."""
    found: dict[Key, list[Mapping[str, str]]] = {}
    for role in stack.of(*ROLES):
        trust = judged_trust(role)
        for fault in trust.faults if trust else ():
            if trust and can_be_excepted(fault, trust.found, trust.account):
                key = (POLICY_OF[fault], role.type, role.name)
                found.setdefault(key, []).append(trust.identity)
    auditable = Auditable(stack)
    for each in reach(stack).roles:
        for policy in ("role-permissions-scoped", "role-cannot-escalate"):
            key = (policy, each.role.type, each.role.name)
            identities = (auditable.identity(each, grant) for grant in each.grants)
            found.setdefault(key, []).extend(filter(None, identities))
    return found


def validate(stack: Stack, judging: Judging) -> None:
    """Go through the exceptions of the stack's settings."""
    settings = settings_of(stack.root.stack)
    if not settings.exceptions and not settings.errors:
        return
    roles = {(role.type, role.name): role for role in stack.of(*ROLES)}
    excepted = documents(stack)
    today = datetime.now(UTC).date()
    malformed = [number for number, each in enumerate(settings.exceptions) if each.errors]
    further = frozenset(malformed[MOST_MALFORMED:])
    for number, each in enumerate(settings.exceptions):
        if number in further:
            continue
        tolerated = excepted.get((each.policy, each.type, each.name), [])
        used = any(each.objection(document, today) is None for document in tolerated)
        with judging(roles.get((each.type, each.name), stack.root)) as report:
            for finding in review(number, each, used, today):
                report(finding)
    with judging(stack.root) as report:
        if further:
            report(
                Finding(
                    f"exceptions: {len(further)} further ones are malformed. They apply to "
                    "nothing. Mend them or remove them."
                )
            )
        for error in settings.errors:
            report(Finding(f"{error} Until then the strictest settings apply."))


POLICY = stack_policy(
    "exceptions-reviewed",
    display_name="Exceptions are looked at",
    description="Every audited exception is listed at each preview, used or not.",
    enforcement_level=EnforcementLevel.ADVISORY,
    severity=Severity.LOW,
    remediation_steps="Remove exceptions that are not in use, and those whose reason is gone.",
    validate=validate,
)
