"""An audit as plain values, for `--json`."""

from datetime import date
from typing import Any

from keyless.audit.assessment import AssessedRole, Audit
from keyless.audit.existing import ExistingUser, LastUse
from keyless.rules.power import power_of
from keyless.rules.trust_rewrite import Rewrite

VERSION = 1


def audit_listing(audit: Audit, as_of: date) -> dict[str, Any]:
    """Return every role that trusts GitHub, what to look at first in front, the clean ones last."""
    clean = [role for role in audit.roles if role.assessment.grade == "clean"]
    return {
        "version": VERSION,
        "roles_read": audit.read,
        "roles_that_trust_github": len(audit.roles),
        "findings": len(audit.of_grade("finding")) + len(audit.resources),
        "notes": len(audit.of_grade("note")),
        "verdicts": {str(verdict): count for verdict, count in sorted(audit.verdicts.items())},
        "roles": [_role(role, as_of) for role in (*audit.by_gravity(as_of), *clean)],
        "resources": [
            {
                "file": one.file,
                "type": one.found.type,
                "name": one.found.name,
                "reasons": list(one.found.findings),
            }
            for one in audit.resources
        ],
        "users_with_keys": [_user(user) for user in audit.users_with_keys],
        "users_whose_keys_are_not_shown": sum(user.keys is None for user in audit.users),
    }


def _user(user: ExistingUser) -> dict[str, Any]:
    return {
        "file": user.file,
        "name": user.name,
        "arn": user.arn,
        "rights": power_of(user.grants).says,
        "boundary": user.boundary or None,
        "keys": [
            {
                "id": key.id,
                "status": "Active" if key.is_active else "Inactive",
                **_use(key.use),
            }
            for key in user.keys or ()
        ],
    }


def _use(use: LastUse | None) -> dict[str, Any]:
    day = use.day if use else None
    return {"last_used": day.isoformat() if day else None, "is_use_shown": use is not None}


def _role(role: AssessedRole, as_of: date) -> dict[str, Any]:
    assessment = role.assessment
    return {
        "file": role.file,
        "name": role.name,
        "arn": role.arn,
        "place": role.place,
        "grade": assessment.grade,
        "verdict": str(assessment.verdict),
        "rights": role.power.says,
        "boundary": role.boundary or None,
        **_use(role.use),
        "gravity": role.gravity(as_of),
        "refused": assessment.refused,
        "reasons": list(assessment.reasons),
        "witness": dict(assessment.witness) if assessment.witness else None,
        "contexts": [f"{one.repository} {one.context}" for one in assessment.contexts],
        "repair": _repair(assessment.rewrite) if assessment.rewrite.documents else None,
    }


def _repair(rewrite: Rewrite) -> dict[str, Any]:
    """Return the policy of the role itself, and those of the further roles that it takes."""
    first, *further = rewrite.documents
    return {
        "trust_policy": first,
        "further": further,
        "fill_in": {f"<{one.text}>": one.command for one in rewrite.fill_in},
        "left_out": list(rewrite.left_out),
        "reset_template_of": rewrite.template_of or None,
    }
