"""An audit for people at a terminal."""

import json
from collections.abc import Iterator

from rich.padding import Padding
from rich.text import Text

from keyless.audit.assessment import AssessedRole, Audit
from keyless.command_line.terminal import Terminal
from keyless.text.printable import printable

_STYLES = {"finding": "bold red", "note": "yellow"}


def show_audit(audit: Audit, terminal: Terminal) -> None:
    """Show every finding with what to write instead, the notes, other resources and the count.

    The policies are written as they are, so that they can be copied from a terminal of any width.
    """
    for role in (*audit.of_grade("finding"), *audit.of_grade("note")):
        terminal.show(_heading(role))
        said = "\n".join(printable(line, 4000) for line in _lines(role))
        terminal.show(Padding(Text(said), (0, 0, 0, 2)))
        if role.assessment.repair:
            terminal.write(json.dumps(role.assessment.repair.document, indent=2))
        terminal.write("")
    for one in audit.resources:
        heading = f"{one.found.type}  {one.found.name}, {one.file}"
        terminal.show(Text(printable(heading, 2000), style=_STYLES["finding"]))
        said = "\n".join(printable(line, 4000) for line in one.found.findings)
        terminal.show(Padding(Text(said), (0, 0, 1, 2)))
    terminal.show(Text(_summary(audit), style="bold"))


def _heading(role: AssessedRole) -> Text:
    where = f" ({role.place})" if role.place else ""
    said = f"{role.assessment.verdict}  {role.arn or role.name}{where}, {role.file}"
    return Text(printable(said, 2000), style=_STYLES[role.assessment.grade])


def _lines(role: AssessedRole) -> Iterator[str]:
    for reason in role.assessment.reasons:
        yield f"{reason}."
    repair = role.assessment.repair
    if repair is None:
        return
    for one in repair.fill_in:
        told = f"`{one.command}` tells it" if one.command else "name one"
        yield f"Fill in {one.text}: {told}."
    yield "Write instead:"


def _summary(audit: Audit) -> str:
    plural = "" if audit.read == 1 else "s"
    counted = ", ".join(f"{count} {verdict}" for verdict, count in sorted(audit.verdicts.items()))
    said = f"{audit.read} role{plural} read, {len(audit.roles)} trust GitHub"
    findings = len(audit.of_grade("finding")) + len(audit.resources)
    notes = len(audit.of_grade("note"))
    said += f" ({counted})" if counted else ""
    return f"{said}: {findings} to mend, {notes} worth a look."
