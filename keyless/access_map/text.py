"""The access map for a terminal: each role, and what each kind of finding means.

Lines, no table: names that people copy stay whole, however narrow the terminal is.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import Group, RenderableType
from rich.text import Text

from keyless.access_map.evidence import kind_phrase
from keyless.access_map.findings import FINDING_KINDS, findings_of
from keyless.access_map.other_side import other_sides
from keyless.access_map.phrases import (
    account_phrase,
    context_phrase,
    origin_phrase,
    protection_phrase,
)
from keyless.command_line.paragraph import Paragraph
from keyless.stack.role import Access, Role
from keyless.stack.source import Source
from keyless.text.sentences import count

_ACCESS_STYLES: dict[Access, str] = {"read": "green", "write": "blue", "permissions": "magenta"}
_GRADE_STYLES = {"loose": "red", "note": "yellow"}
_INDENT = " " * 4


def as_text(sources: Sequence[Source]) -> RenderableType:
    """Render every role of some sources, grouped by repository."""
    roles = sorted(
        (role for source in sources for role in source.roles), key=lambda role: role.full_name
    )
    parts: list[RenderableType] = []
    for full_name, members in groupby(roles, key=lambda role: role.full_name):
        parts.append(Text(full_name, "bold underline"))
        for role in members:
            parts.extend(_role(role))
    ends: list[RenderableType] = [_total(roles), *map(_made_from, sources)]
    return Group(*parts, *_legend(roles), *_other_sides(roles), *ends)


def _role(role: Role) -> Iterator[RenderableType]:
    yield Paragraph(f"{context_phrase(role)}: {role.function}", "  ", "", "bold")
    yield Paragraph(f"{role.role_name} in {account_phrase(role)}, {role.region}", _INDENT)
    yield Paragraph(f"{protection_phrase(role)}; {origin_phrase(role)}", _INDENT)
    for workflow in role.workflows:
        yield Paragraph(f"only through {workflow}", _INDENT)
    yield Paragraph(f"sessions of {role.session_minutes} min", _INDENT)
    for permission in role.permissions:
        head = f"{_INDENT}{permission.access}: "
        yield Paragraph(permission.summary, head, _ACCESS_STYLES[permission.access])
    for finding in findings_of(role):
        grade = finding.kind.grade
        yield Paragraph(finding.kind.label, f"{_INDENT}{grade}: ", _GRADE_STYLES[grade])
    yield Text("")


def _legend(roles: Sequence[Role]) -> Iterator[Text]:
    found = Counter(finding.kind.id for role in roles for finding in findings_of(role))
    for kind in FINDING_KINDS:
        if kind.id in found:
            style = _GRADE_STYLES[kind.grade]
            times = f" ({found[kind.id]})" if found[kind.id] > 1 else ""
            line = Text(f"{kind.grade}: {kind.label}{times}. ", style)
            yield line.append(f"{kind.meaning}. {kind.remedy}.", "default")


def _other_sides(roles: Sequence[Role]) -> Iterator[Text]:
    for arn, document in other_sides(roles).items():
        yield Text(f"\n{arn} is assumed by a role of this map. It needs this trust policy:")
        yield Text(json.dumps(document, indent=2), no_wrap=True, overflow="ignore")


def _total(roles: Sequence[Role]) -> Text:
    return Text("\n" + "; ".join(_totals(roles)) + ".", "bold")


def _totals(roles: Sequence[Role]) -> Iterator[str]:
    repositories = len({role.full_name for role in roles})
    accounts = len({role.account for role in roles})
    yield (
        f"{count(len(roles), 'role')} of {count(repositories, 'repository')} "
        f"in {count(accounts, 'account')}"
    )
    found = Counter(finding.kind.grade for role in roles for finding in findings_of(role))
    yield count(found["loose"], "finding")
    yield count(found["note"], "note")


def _made_from(source: Source) -> Paragraph:
    made_from = f"{source.label}: {kind_phrase(source.kind)}, sha256 {source.sha256}"
    return Paragraph(made_from, text_style="dim")
