"""An audit as plain values, for `--json`."""

from typing import Any

from keyless.audit.assessment import AssessedRole, Audit
from keyless.audit.repair import Repair


def audit_listing(audit: Audit) -> dict[str, Any]:
    """Return every role that trusts GitHub, the clean ones too."""
    return {
        "roles_read": audit.read,
        "roles_that_trust_github": len(audit.roles),
        "findings": len(audit.of_grade("finding")) + len(audit.resources),
        "notes": len(audit.of_grade("note")),
        "verdicts": {str(verdict): count for verdict, count in sorted(audit.verdicts.items())},
        "roles": [_role(role) for role in audit.roles],
        "resources": [
            {
                "file": one.file,
                "type": one.found.type,
                "name": one.found.name,
                "reasons": list(one.found.findings),
            }
            for one in audit.resources
        ],
    }


def _role(role: AssessedRole) -> dict[str, Any]:
    assessment = role.assessment
    return {
        "file": role.file,
        "name": role.name,
        "arn": role.arn,
        "place": role.place,
        "grade": assessment.grade,
        "verdict": str(assessment.verdict),
        "refused": assessment.refused,
        "reasons": list(assessment.reasons),
        "witness": dict(assessment.witness) if assessment.witness else None,
        "contexts": [f"{one.repository} {one.context}" for one in assessment.contexts],
        "repair": _repair(assessment.repair) if assessment.repair else None,
    }


def _repair(repair: Repair) -> dict[str, Any]:
    return {
        "trust_policy": repair.document,
        "fill_in": {one.text: one.command for one in repair.fill_in},
    }
