"""A rehearsal for people at a terminal."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from keyless.command_line.paragraph import Paragraph
from keyless.rehearse.presented import Presented
from keyless.rehearse.refusal import condition_line
from keyless.rehearse.rehearsal import Outcome, Rehearsal
from keyless.rehearse.roles import RehearsedRole
from keyless.text.printable import printable

_STYLES = {"in": "green", "out": "dim"}
_INDENT = " " * 7


def rehearsals_text(rehearsals: Sequence[Rehearsal]) -> RenderableType:
    """Return the outcomes of each role, then what came to something else than the role is for."""
    roles = [_lines(rehearsal) for rehearsal in rehearsals]
    surprises = [(r.role, o) for r in rehearsals for o in _joined(r.surprises)]
    count = sum(len(rehearsal.outcomes) for rehearsal in rehearsals)
    if not surprises:
        ending = f"{_counted(count, 'outcome')} in {_counted(len(roles), 'role')}, all as meant."
        return Group(*roles, Text(ending))
    lines = [_surprise(role, outcomes[0]) for role, outcomes in surprises]
    return Group(*roles, Text("Not as meant:", style="bold"), *lines)


def presented_text(presented: Sequence[Presented]) -> RenderableType:
    """Return what each role says to one token, at length where the role is near."""
    near = [one for one in presented if one.ruling.admitted or one.is_own] or presented[:1]
    admitted = sum(one.ruling.admitted for one in presented)
    ending = f"{admitted} of {_counted(len(presented), 'role')} let this token in."
    return Group(
        *(_at_length(one) for one in near),
        *(_in_a_line(one) for one in presented if one not in near),
        Text(ending, style="bold"),
    )


def _lines(rehearsal: Rehearsal) -> RenderableType:
    parts: list[RenderableType] = [Text(_heading(rehearsal.role), style="bold")]
    for outcomes in _joined(rehearsal.outcomes):
        parts.extend(_outcome(outcomes))
    return Padding(Group(*parts), (0, 0, 1, 0))


def _outcome(outcomes: Sequence[Outcome]) -> Iterator[RenderableType]:
    first = outcomes[0]
    mark = "!" if first.is_surprising else "?" if first.expected == "open" else " "
    forms = [str(outcome.form) for outcome in outcomes if outcome.form]
    one = f" (subject {forms[0]} alone)" if len(forms) == 1 else ""
    style = "bold red" if first.is_surprising else _STYLES[first.result]
    yield Paragraph(printable(f"{first.label}{one}"), f"{mark} {first.result:<5}", style)
    yield Paragraph(printable(first.decided_by, 1000), _INDENT)


def _joined(outcomes: Iterable[Outcome]) -> Iterator[tuple[Outcome, ...]]:
    """Yield the forms of one event together where they came to the same."""
    for _, same in groupby(outcomes, key=lambda o: (o.event, o.label, o.result)):
        yield tuple(same)


def _surprise(role: RehearsedRole, outcome: Outcome) -> Padding:
    got = "gets in" if outcome.result == "in" else "stays out"
    said = f"{role.name}: {outcome.label} {got}. {_sentence(outcome.decided_by)}"
    return Padding(Text(printable(said, 2000)), (0, 0, 0, 2))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _at_length(one: Presented) -> RenderableType:
    gets_in = one.ruling.admitted
    heading = Text(f"{'in ' if gets_in else 'out'}  {_heading(one.role)}", style="bold")
    said = [condition_line(c) for c in one.ruling.refusing] or [one.ruling.reason]
    lines = [*said, *(f"→ {sentence}" for sentence in one.advice)]
    body = (Padding(Text(printable(line, 2000)), (0, 0, 0, 5)) for line in lines)
    return Padding(Group(heading, *body), (0, 0, 1, 0))


def _in_a_line(one: Presented) -> Text:
    return Text(f"out  {one.role.name}: {printable(one.ruling.reason, 1000)}")


def _heading(role: RehearsedRole) -> str:
    places = ", ".join(sorted(role.repositories)) or "any repository"
    contexts = ", ".join(sorted(role.contexts)) or "any context"
    return printable(f"{role.name}: {contexts} of {places}")


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
