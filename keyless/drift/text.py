"""A comparison for people at a terminal."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from rich.text import Text

from keyless.command_line.terminal import Terminal
from keyless.drift.comparison import Drift
from keyless.drift.last_used import Unused
from keyless.text.printable import printable


def show_drift(drift: Drift, unused: Sequence[Unused] | None, terminal: Terminal) -> None:
    """Show every finding with its command, whole, so that it can be copied from any terminal.

    `unused` is None where nobody asked for it.
    """
    for finding, command in _with_commands(drift):
        terminal.show(Text(printable(finding, 2000)))
        if command:
            terminal.write(f"  $ {printable(command, 4000)}")
    terminal.show(Text(_summary(drift), style="bold"))
    for each in unused or ():
        terminal.show(Text(printable(each.sentence, 4000)))
        if each.entry:
            terminal.write(each.entry)
    if unused is not None:
        plural = "" if len(unused) == 1 else "s"
        terminal.show(Text(f"{len(unused)} finding{plural} about last use.", style="bold"))


def _with_commands(drift: Drift) -> Iterator[tuple[str, str | None]]:
    """Yield each sentence, and each command once, after the last sentence that it mends."""
    for finding, following in zip_longest(drift.findings, drift.findings[1:]):
        repeats = following is not None and following.repair == finding.repair
        yield finding.sentence, None if repeats else finding.repair


def _summary(drift: Drift) -> str:
    name = drift.stack.stack or drift.stack.label
    count = len(drift.findings)
    if not count and drift.stack.kind == "preview":
        return f"{name}: nothing is there yet that the next `up` would take over or find."
    if not count:
        return f"{name}: no drift, {drift.compared} resources are as the stack says."
    plural = "" if count == 1 else "s"
    return f"{name}: {count} finding{plural}, {drift.compared} resources compared."
