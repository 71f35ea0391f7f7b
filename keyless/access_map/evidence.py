"""What the access map is evidence of for an auditor, control by control, and what it is not.

The words are this project's own; the numbers are those of the AICPA's Trust Services Criteria
(2017, points of focus of 2022) and of ISO/IEC 27001:2022, Annex A.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from keyless.access_map.findings import findings_of
from keyless.stack.printed import Kind
from keyless.stack.role import Role
from keyless.text.sentences import count

_KINDS: dict[Kind, str] = {
    "outputs": "outputs of the last update",
    "state": "exported state of the last update",
    "preview": "preview of the next update: planned, not in force",
}

NOT_SHOWN: tuple[str, ...] = (
    "That AWS and GitHub still are as written here: `keyless drift` compares both.",
    "That approvals were given and by whom: GitHub keeps that with each deployment.",
    "What a session did: CloudTrail has it, `keyless trail` writes the queries.",
    "Who belongs to a team, and who administers a repository and can change its environments.",
    "Each single action: a permission is one line here, the documents are in the state.",
    "Roles that this project did not create: `keyless audit` reads those.",
)
"""What a reader must not take from the map, and where it is to be had."""


@dataclass(frozen=True)
class Control:
    """One control, what it asks for, and what these roles show of it."""

    framework: str
    id: str
    asks: str
    shows: Callable[[Sequence[Role]], str]


def kind_phrase(kind: Kind) -> str:
    """Say what a source is."""
    return _KINDS[kind]


def _every_role(roles: Sequence[Role]) -> str:
    repositories = len({role.full_name for role in roles})
    accounts = len({role.account for role in roles})
    return (
        f"Roles: all {count(len(roles), 'role')} of {count(repositories, 'repository')} in "
        f"{count(accounts, 'account')}, each for one repository and the context beside it"
    )


def _register(roles: Sequence[Role]) -> str:
    return (
        f"Roles: the register of all {count(len(roles), 'role')}. A role is made for an entry of "
        "the stack's config and goes with it, so the history of that config is the record of who "
        "asked for it and who agreed"
    )


def _no_static_keys(roles: Sequence[Role]) -> str:
    longest = max((role.session_minutes for role in roles), default=0)
    return (
        "Roles, column Session: every access is a session of a token that GitHub signs for one "
        f"job; the longest lasts {longest} min. No static key is part of it"
    )


def _approvals(roles: Sequence[Role]) -> str:
    reviewed = sum(role.has_reviewers for role in roles)
    return f"Roles, column Approval: {reviewed} of {len(roles)} need one before each job"


def _apart(roles: Sequence[Role]) -> str:
    apart = [
        role for role in roles if role.has_reviewers and role.approval and not _alone_possible(role)
    ]
    return (
        f"Roles, column Approval: for {len(apart)} of {len(roles)} the person who starts a job "
        "cannot approve it, and administrators cannot skip that"
    )


def _alone_possible(role: Role) -> bool:
    approval = role.approval
    return approval is None or approval.admins_bypass or not approval.prevent_self_review


def _privileged(roles: Sequence[Role]) -> str:
    wide = sum(role.access == "permissions" for role in roles)
    return f"Roles, column May: {wide} of {len(roles)} can change permissions, and are marked so"


def _restricted(roles: Sequence[Role]) -> str:
    reading = sum(role.access == "read" for role in roles)
    return f"Roles, column May: what each role may do; {reading} of {len(roles)} can only read"


def _findings(roles: Sequence[Role]) -> str:
    findings = [finding for role in roles for finding in findings_of(role)]
    loose = sum(finding.kind.grade == "loose" for finding in findings)
    return f"Findings: {loose} found, {len(findings) - loose} further notes; the sign-off below"


def _only_reviewed_code(roles: Sequence[Role]) -> str:
    changing = [role for role in roles if role.access != "read"]
    approved = sum(role.has_reviewers for role in changing)
    return (
        "Roles, columns From and Approval: which branches and tags deploy; "
        f"{approved} of {len(changing)} roles that can change something need an approval"
    )


SOC2 = "SOC 2"
ISO27001 = "ISO/IEC 27001:2022"

CONTROLS: tuple[Control, ...] = (
    Control(
        SOC2,
        "CC6.1",
        "Logical access is restricted to those who are meant to have it",
        _every_role,
    ),
    Control(
        SOC2,
        "CC6.2",
        "Access is registered and authorised before it is given, and removed after",
        _register,
    ),
    Control(
        SOC2,
        "CC6.3",
        "Access follows roles, least privilege and separation of duties",
        _apart,
    ),
    Control(SOC2, "CC6.6", "Access from outside is limited and authenticated", _no_static_keys),
    Control(SOC2, "CC8.1", "Changes are approved before they take effect", _only_reviewed_code),
    Control(ISO27001, "A.5.3", "Conflicting duties are separated", _apart),
    Control(ISO27001, "A.5.15", "Access control follows rules that are written down", _every_role),
    Control(
        ISO27001,
        "A.5.16",
        "Identities, those of machines too, are managed over their whole life",
        _register,
    ),
    Control(
        ISO27001,
        "A.5.17",
        "Authentication information is protected",
        _no_static_keys,
    ),
    Control(
        ISO27001,
        "A.5.18",
        "Access rights are given, reviewed, changed and removed by rule",
        _findings,
    ),
    Control(ISO27001, "A.8.2", "Privileged access rights are restricted", _privileged),
    Control(ISO27001, "A.8.3", "Access to information is restricted as the rules say", _restricted),
    Control(ISO27001, "A.8.5", "Authentication is secure", _no_static_keys),
    Control(ISO27001, "A.8.32", "Changes are subject to approval", _approvals),
)
"""The controls that the map bears on."""
