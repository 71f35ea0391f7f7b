"""The access map for a terminal: a row a role, and what each kind of finding means."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from keyless.access_map.evidence import kind_phrase
from keyless.access_map.findings import LOOSE_KINDS, loose_spots
from keyless.access_map.other_side import other_sides
from keyless.access_map.phrases import (
    account_phrase,
    context_phrase,
    origin_phrase,
    protection_phrase,
)
from keyless.stack.role import Access, Role
from keyless.stack.source import Source
from keyless.text.sentences import count

_ACCESS_STYLES: dict[Access, str] = {"read": "green", "write": "blue", "permissions": "magenta"}
_GRADE_STYLES = {"loose": "red", "note": "yellow"}


def as_text(sources: Sequence[Source]) -> RenderableType:
    """Render every role of some sources, grouped by repository."""
    roles = sorted(
        (role for source in sources for role in source.roles), key=lambda role: role.full_name
    )
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, leading=1, expand=True)
    table.add_column("Repository, context, approval, origin", ratio=3, overflow="fold")
    table.add_column("Role and what it may do", ratio=4, overflow="fold")
    table.add_column("Session", no_wrap=True, width=7)
    table.add_column("Account", width=14, overflow="fold")
    for _, members in groupby(roles, key=lambda role: role.full_name):
        for place, role in enumerate(members):
            session = Text(f"{role.session_minutes} min")
            table.add_row(_context(role, is_first=place == 0), _role(role), session, _at(role))
    ends = [_total(roles), *map(_made_from, sources)]
    return Group(table, *_legend(roles), *_other_sides(roles), *ends)


def _context(role: Role, *, is_first: bool) -> Text:
    lines = Text(f"{role.full_name}\n" if is_first else "", "bold underline")
    lines.append(context_phrase(role), "bold not underline")
    lines.append(f"\n{protection_phrase(role)}\n{origin_phrase(role)}", "not bold not underline")
    for spot in loose_spots(role):
        style = f"not bold not underline {_GRADE_STYLES[spot.kind.grade]}"
        lines.append(f"\n{spot.kind.grade}: {spot.kind.label}", style)
    return lines


def _role(role: Role) -> Text:
    lines = Text(role.function, "bold").append(f"  {role.role_name}", "not bold dim")
    for workflow in role.workflows:
        lines.append(f"\nonly through {workflow}", "not bold")
    for permission in role.permissions:
        lines.append(f"\n{permission.access}:", f"not bold {_ACCESS_STYLES[permission.access]}")
        lines.append(f" {permission.summary}", "not bold")
    return lines


def _at(role: Role) -> Text:
    return Text(f"{account_phrase(role)}\n{role.region}")


def _legend(roles: Sequence[Role]) -> Iterator[Text]:
    found = Counter(spot.kind.id for role in roles for spot in loose_spots(role))
    for kind in LOOSE_KINDS:
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
    found = Counter(spot.kind.grade for role in roles for spot in loose_spots(role))
    yield count(found["loose"], "finding")
    yield count(found["note"], "note")


def _made_from(source: Source) -> Text:
    return Text(f"{source.label}: {kind_phrase(source.kind)}, sha256 {source.sha256}", "dim")
