"""The access map as one page: nothing is loaded, nothing is sent, and names are text wherever.

The page forbids itself every connection; its one style and one script are allowed by their digests.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from markupsafe import Markup

from keyless.access_map.evidence import NOT_SHOWN, kind_phrase
from keyless.access_map.findings import FINDING_KINDS, Finding, FindingKind, findings_of
from keyless.access_map.flow import PROTECTION_LABELS, Protection, draw_flow, protection_of
from keyless.access_map.phrases import (
    CONTEXT_WORDS,
    context_phrase,
    origin_phrase,
    protection_phrase,
)
from keyless.access_map.template import FOLDER, page_template, read_style, source_digest
from keyless.stack.role import Access, ContextKind, Role
from keyless.stack.source import Source, all_roles

_ACCOUNT_COLOURS = 6
_RAIL_STEP = 16
_RAIL_EDGE = 12


@dataclass(frozen=True)
class _Account:
    """One account; `rail` is its line in the map, `colour` one of the page's six."""

    id: str
    stacks: str
    roles: int
    rail: int
    colour: int


@dataclass(frozen=True, kw_only=True)
class _Row:
    """One role of the map. `group` numbers its context; `words` is what a search looks through."""

    role: Role
    group: int
    protection: Protection
    account: _Account
    findings: tuple[Finding, ...]
    words: str

    @property
    def context_findings(self) -> list[Finding]:
        """What belongs to the context, and is shown once beside it."""
        return [finding for finding in self.findings if finding.kind.about == "context"]

    @property
    def role_findings(self) -> list[Finding]:
        """What belongs to this role alone."""
        return [finding for finding in self.findings if finding.kind.about == "role"]

    @property
    def context_word(self) -> str:
        """The kind of its context in words."""
        return CONTEXT_WORDS[self.role.context_kind]

    @property
    def protection_phrase(self) -> str:
        """Who approves."""
        return protection_phrase(self.role)

    @property
    def origin_phrase(self) -> str:
        """Which refs a job may come from."""
        return origin_phrase(self.role)


def as_html(sources: Sequence[Source], made: datetime) -> str:
    """Render the page; `made` is in UTC."""
    roles = sorted(all_roles(sources), key=lambda role: role.full_name.casefold())
    accounts = _accounts(roles)
    rows = _rows(roles, accounts)
    style = read_style()
    script = (FOLDER / "page.js").read_text("utf-8")
    page = page_template(FOLDER / "page.html.j2")
    return page.render(
        style=Markup(style),  # noqa: S704 - a file of this project
        script=Markup(script),  # noqa: S704 - a file of this project
        style_digest=source_digest(style),
        script_digest=source_digest(script),
        made=f"{made:%Y-%m-%d %H:%M} UTC",
        sources=sources,
        kind_phrase=kind_phrase,
        is_planned=any(source.kind == "preview" for source in sources),
        owners=_each_once(role.owner for role in roles),
        stacks=_each_once(role.stack for role in roles),
        rows=rows,
        accounts=list(accounts.values()),
        rails_width=2 * _RAIL_EDGE + _RAIL_STEP * (len(accounts) - 1),
        rail_x=[_RAIL_EDGE + _RAIL_STEP * rail for rail in range(len(accounts))],
        flow=draw_flow(roles),
        protections=PROTECTION_LABELS,
        protection_counts=Counter(row.protection for row in rows),
        accesses=_access_counts(rows),
        kinds=_kinds_found(rows),
        loose_roles=sum(any(s.kind.grade == "loose" for s in row.findings) for row in rows),
        repositories=len({role.full_name for role in roles}),
        not_shown=NOT_SHOWN,
    )


def _accounts(roles: Sequence[Role]) -> dict[str, _Account]:
    counts = Counter(role.account for role in roles)
    return {
        account: _Account(
            id=account,
            stacks=", ".join(_each_once(r.stack for r in roles if r.account == account)),
            roles=counts[account],
            rail=rail,
            colour=rail % _ACCOUNT_COLOURS,
        )
        for rail, account in enumerate(sorted(counts))
    }


def _rows(roles: Sequence[Role], accounts: dict[str, _Account]) -> list[_Row]:
    rows = []
    groups = groupby(sorted(roles, key=_place), key=_place)
    for number, (_, members) in enumerate(groups):
        for role in members:
            findings = findings_of(role)
            words = _words(role, findings)
            rows.append(
                _Row(
                    role=role,
                    group=number,
                    protection=protection_of(role),
                    account=accounts[role.account],
                    findings=findings,
                    words=words,
                )
            )
    return rows


def _place(role: Role) -> tuple[str, int, str, str]:
    kinds: list[ContextKind] = list(CONTEXT_WORDS)
    return (role.full_name.casefold(), kinds.index(role.context_kind), role.context, role.stack)


def _words(role: Role, findings: Sequence[Finding]) -> str:
    approval = role.approval
    words = [
        role.full_name,
        str(role.repository_id),
        str(role.owner_id),
        role.context,
        context_phrase(role),
        role.function,
        role.role_arn,
        role.variable,
        role.stack,
        role.account,
        role.region,
        *(approval.users + approval.teams if approval else ()),
        *role.branches,
        *role.tags,
        *role.workflows,
        *role.subjects,
        *(f"{p.preset} {p.summary} {p.access}" for p in role.permissions),
        *(
            word
            for permission in role.permissions
            for statement in permission.statements
            for word in (*statement.actions, *statement.resources)
        ),
        *(finding.kind.label for finding in findings),
    ]
    return " ".join(dict.fromkeys(words)).casefold()


def _access_counts(rows: Sequence[_Row]) -> dict[Access, int]:
    counts = Counter(row.role.access for row in rows)
    widths: tuple[Access, ...] = ("read", "write", "permissions")
    return {access: counts[access] for access in widths}


def _kinds_found(rows: Sequence[_Row]) -> list[tuple[FindingKind, int]]:
    counts = Counter(finding.kind.id for row in rows for finding in row.findings)
    return [(kind, counts[kind.id]) for kind in FINDING_KINDS if counts[kind.id]]


def _each_once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
