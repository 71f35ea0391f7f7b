"""An audit for people at a terminal: one screen of many roles, or each with what to write."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date

from rich.padding import Padding
from rich.text import Text

from keyless.audit.assessment import AssessedRole, Audit
from keyless.audit.existing import ExistingUser
from keyless.command_line.terminal import Terminal
from keyless.rules.pack_settings import shortened
from keyless.rules.placeholders import Placeholder
from keyless.rules.power import Power, power_of
from keyless.text.printable import printable
from keyless.text.sentences import count, listed
from keyless.trust import Verdict

MOST_WHOLE = 10
"""So many roles are shown with all that is to be said of them, more of them where that is asked."""

_FIRST = 10
_STYLES = {"finding": "bold red", "note": "yellow"}


def show_audit(audit: Audit, terminal: Terminal, as_of: date, *, whole: bool) -> None:
    """Show every role that is not clean, what to look at first in front, the rest and the count.

    Many roles are shown on one screen, unless the `whole` of them is asked for. The policies are
    written as they are, so that they can be copied from a terminal of any width.
    """
    found = audit.by_gravity(as_of)
    if whole or len(found) <= MOST_WHOLE:
        for role in found:
            _show_role(role, terminal)
    else:
        _show_overview(audit, found, terminal)
    for one in audit.resources:
        heading = f"{one.found.type}  {one.found.name}, {one.file}"
        terminal.show(Text(printable(heading, 2000), style=_STYLES["finding"]))
        said = "\n".join(printable(line, 4000) for line in one.found.findings)
        terminal.show(Padding(Text(said), (0, 0, 1, 2)))
    for line in _users(audit):
        terminal.show(Text(printable(line, 2000)))
    terminal.show(Text(_summary(audit), style="bold"))
    if not whole and len(found) > MOST_WHOLE:
        terminal.show(Text("--all shows each of them, with the trust policy to write instead."))


def _show_role(role: AssessedRole, terminal: Terminal) -> None:
    terminal.show(_heading(role))
    said = "\n".join(printable(line, 4000) for line in _lines(role))
    terminal.show(Padding(Text(said), (0, 0, 0, 2)))
    for document in role.assessment.rewrite.documents:
        terminal.write(json.dumps(document, indent=2))
    terminal.write("")


def _show_overview(audit: Audit, found: list[AssessedRole], terminal: Terminal) -> None:
    """Show what roles come to by who gets in, and the first of them one a line, however long."""
    verdicts = audit.verdicts
    width = max(len(str(verdict)) for verdict in verdicts)
    for verdict in sorted(verdicts):
        own = [role for role in audit.roles if role.assessment.verdict is verdict]
        powers = Counter(role.power for role in own)
        said = ", ".join(f"{number} {power.says}" for power, number in sorted(powers.items()))
        to_mend = sum(role.assessment.grade == "finding" for role in own)
        said = f"{said}; {to_mend} to mend"
        terminal.show(Text(f"{verdict!s:{width}}  {count(len(own), 'role'):9}  {said}"))
    terminal.write("")
    terminal.show(Text("To look at first:", style="bold"))
    first = found[:_FIRST]
    power_width = max(len(role.power.says) for role in first)
    for role in first:
        use = _use(role)
        said = (
            f"{role.assessment.verdict!s:{width}}  {role.power.says:{power_width}}  {use:15}  "
            f"{role.arn or role.name}{_beside(role)}"
        )
        terminal.write(printable(said, 2000))
    terminal.write("")


def _beside(role: AssessedRole) -> str:
    """Say why a role is to be mended whose verdict does not show it."""
    if role.assessment.verdict is not Verdict.EXACT:
        return ""
    return f"  {shortened(role.assessment.reasons[0])}"


def _use(role: AssessedRole) -> str:
    if role.use is None:
        return "use not shown"
    return f"used {role.use.day}" if role.use.day else "never used"


def _heading(role: AssessedRole) -> Text:
    where = f" ({role.place})" if role.place else ""
    name = role.arn or role.name
    file = f", {role.file}" if name != role.file else ""  # a bare policy has no other name
    said = f"{role.assessment.verdict}  {name}{where}{file}"
    return Text(printable(said, 2000), style=_STYLES[role.assessment.grade])


def _lines(role: AssessedRole) -> Iterator[str]:
    shown = [] if role.power in (Power.UNSEEN, Power.NOTHING) else [f"rights: {role.power.says}"]
    shown += [f"boundary: {role.boundary}"] if role.boundary else []
    shown += [_use(role)] if role.use else []
    if shown:
        yield f"{', '.join(shown)}."
    for reason in role.assessment.reasons:
        yield f"{reason}."
    rewrite = role.assessment.rewrite
    if not rewrite.documents:
        return
    for one in rewrite.fill_in:
        yield f"Fill in <{one.text}>: {_filled_by(one)}."
    if rewrite.template_of:
        yield f"Reset the subject template of {rewrite.template_of} to GitHub's default."
    if rewrite.left_out:
        yield f"What you write is without {', '.join(rewrite.left_out)}."
    several = ", each for a role of its own" if len(rewrite.documents) > 1 else ""
    yield f"Write instead{several}:"


def _filled_by(one: Placeholder) -> str:
    if one.command:
        return f"`{one.command}` says it"
    if not one.is_id:
        return "name one"
    place = "users/OWNER" if one.text.endswith("owner") else "repos/OWNER/NAME"
    return f"`gh api {place} --jq .id` says it"


def _users(audit: Audit) -> Iterator[str]:
    found = audit.users_with_keys
    if found:
        said = listed(map(_user, found[:_FIRST]))
        more = f", and {len(found) - _FIRST} more" if len(found) > _FIRST else ""
        yield (
            f"{count(len(found), 'user')} with stored keys: {said}{more}. A key never expires. "
            "`keyless adopt` says where they are and what replaces them."
        )
    if hidden := sum(user.keys is None for user in audit.users):
        yield (
            f"Whether {count(hidden, 'user')} {'has' if hidden == 1 else 'have'} stored keys is "
            "not in what was read. "
            "`keyless audit live` asks IAM."
        )


def _user(user: ExistingUser) -> str:
    active = sum(key.is_active for key in user.keys or ())
    return f"{user.name} ({power_of(user.grants).says}, {active} active)"


def _summary(audit: Audit) -> str:
    counted = ", ".join(f"{number} {verdict}" for verdict, number in sorted(audit.verdicts.items()))
    said = f"{count(audit.read, 'role')} read, {len(audit.roles)} trust GitHub"
    findings = len(audit.of_grade("finding")) + len(audit.resources)
    notes = len(audit.of_grade("note"))
    said += f" ({counted})" if counted else ""
    return f"{said}: {findings} to mend, {notes} worth a look."
