"""What `keyless audit --sarif` prints: each role that is not clean, at its line."""

from collections.abc import Iterator

from keyless.audit.assessment import AssessedRole, Audit
from keyless.command_line.sarif import FileFinding
from keyless.trust import Verdict

_RIGHTS = "rights"
_RESOURCE = "resource"
RULES = {
    **{str(verdict).lower(): f"The trust policy is {verdict}." for verdict in Verdict},
    _RIGHTS: "The trust policy is exact; something else of the role is blocked or worth knowing.",
    _RESOURCE: "Another resource has a duplicate key, or may change a role that GitHub reaches.",
}
"""Each rule's id and its line: the verdict on the trust policy, `rights`, or `resource`."""


def audit_findings(audit: Audit) -> Iterator[FileFinding]:
    """Yield one finding for each role that is not clean, and for each other resource.

    A finding of the pack's is an error.
    """
    for role in audit.roles:
        if role.assessment.grade != "clean":
            yield _finding(role)
    for one in audit.resources:
        yield FileFinding(
            rule=_RESOURCE,
            level="error",
            text=f"{one.found.type} {one.found.name}: {' '.join(one.found.findings)}",
            file=one.file,
            line=1,
            about=f"{one.found.type} {one.found.name}",
        )


def _finding(role: AssessedRole) -> FileFinding:
    assessment = role.assessment
    is_exact = assessment.verdict is Verdict.EXACT
    return FileFinding(
        rule=_RIGHTS if is_exact else str(assessment.verdict).lower(),
        level="error" if assessment.grade == "finding" else "note",
        text=f"Role {role.name}: {'. '.join(assessment.reasons)}.",
        file=role.file,
        line=role.line,
        about=role.arn or role.place or role.name,
    )
