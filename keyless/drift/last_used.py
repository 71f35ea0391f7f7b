"""Find the roles of a stack that nobody becomes, and rights that no session ever used.

IAM says when a role was used last, and of each service, and of some of its actions, whether the
role ever asked for them: within 400 days, and some hours late. Actions that IAM does not track one
by one count as used once their service was; `iam:PassRole` is never tracked.

Sources: "Refine permissions in AWS using last accessed information" and "IAM action last accessed
information services and actions" (IAM User Guide); RoleLastUsed and
GetServiceLastAccessedDetails (IAM API reference).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from keyless.drift.account_reader import AccountReader, RoleUse, ServiceUse
from keyless.drift.estate import Estate
from keyless.drift.finding import UnreadableError
from keyless.drift.role import ROLE, role_name
from keyless.narrowing.entry import Document, RoleEntry, entry_text, left_whole, narrowed

UNUSED_DAYS = 90
_NOT_TRACKED = "iam:passrole"


@dataclass(frozen=True)
class Unused:
    """A role that nobody uses, or rights that it never used; `entry` is its new text."""

    kind: str
    where: str
    sentence: str
    entry: str | None = None


def find_unused(
    estate: Estate, account: AccountReader, entries: Mapping[str, RoleEntry], today: date
) -> Iterator[Unused]:
    """Yield every role of a stack that nobody uses, and unused rights of the others.

    `entries` are those of the stack file by ARN. A role that was made less than UNUSED_DAYS ago
    says nothing yet. What cannot be read is said, too.
    """
    before = today - timedelta(days=UNUSED_DAYS)
    asked: list[tuple[str, RoleEntry, str]] = []
    for role in estate.stack.of_type(ROLE):
        try:
            use = None if role.is_new else account.role_use(role_name(role))
            if use is None or use.made > before:
                continue
            entry = entries.get(use.arn)
            if (use.last_used or use.made) <= before:
                yield _idle(role.name, use, entry)
            elif entry:
                asked.append((role.name, entry, account.ask_service_uses(use.arn)))
        except UnreadableError as problem:
            yield _unread(role.name, problem)
    for where, entry, job in asked:
        try:
            yield from _unused_rights(where, account.service_uses(job), entry)
        except UnreadableError as problem:
            yield _unread(where, problem)


def _unread(where: str, problem: UnreadableError) -> Unused:
    return Unused(
        "not-compared", where, f"{where}: when it was used last could not be read: {problem}."
    )


def _idle(where: str, use: RoleUse, entry: RoleEntry | None) -> Unused:
    since = f"since {use.last_used}" if use.last_used else f"since it was made on {use.made}"
    instead = (
        f"Take {entry.function} out of {entry.where.rpartition('.')[0]}"
        if entry
        else "Take it out of the stack file"
    )
    return Unused(
        "role-unused",
        where,
        f"{where}: nobody has become the role {since}. Anybody who gets into it has rights that "
        f"nobody needs. {instead}.",
    )


def _unused_rights(
    where: str, services: Mapping[str, ServiceUse], entry: RoleEntry
) -> Iterator[Unused]:
    found = narrowed(entry, lambda document: _left(document, services))
    for reason in found.unsaid:
        yield Unused("rights-unused", where, left_whole(where, reason))
    if found.is_same:
        return
    never = f"{where}: never used: {', '.join(found.dropped)}. What nobody uses helps an attacker"
    if found.entry:
        said = f"{never} alone. Write {entry.where} anew:"
        yield Unused("rights-unused", where, said, entry_text(entry.function, found.entry))
    else:
        said = f"{never} alone. Take {entry.function} out of {entry.where.rpartition('.')[0]}."
        yield Unused("rights-unused", where, said)


def _left(document: Document, services: Mapping[str, ServiceUse]) -> Document:
    kept = (_used(statement, services) for statement in document["Statement"])
    return {**document, "Statement": [one for one in kept if one["Action"]]}


def _used(statement: Mapping[str, Any], services: Mapping[str, ServiceUse]) -> Mapping[str, Any]:
    actions = [action for action in statement["Action"] if _was_used(action, services)]
    return {**statement, "Action": actions}


def _was_used(action: str, services: Mapping[str, ServiceUse]) -> bool:
    """Tell whether an action may have been used: what IAM does not say counts as used."""
    service, _, name = action.lower().partition(":")
    found = services.get(service)
    if found is None or action.lower() == _NOT_TRACKED:
        return True
    return found.was_used and found.actions.get(name, True)
