"""The access map as evidence for an audit folder: controls, roles, findings, and a sign-off.

Names are written so that Markdown makes nothing of them: no link, no tag, no table of their own.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from keyless.access_map.evidence import CONTROLS, NOT_SHOWN, kind_phrase
from keyless.access_map.findings import findings_of
from keyless.access_map.other_side import other_sides
from keyless.access_map.phrases import (
    account_phrase,
    context_phrase,
    origin_phrase,
    protection_phrase,
)
from keyless.stack.role import Role
from keyless.stack.source import Source, all_roles

_SPECIAL = re.compile(r"[\\`*_\[\]<>|~&$]|:(?=//)|(?<=www)\.", re.IGNORECASE)


def as_markdown(sources: Sequence[Source], made: datetime) -> str:
    """Render the file; `made` is in UTC."""
    roles = sorted(all_roles(sources), key=lambda role: role.full_name.casefold())
    return "\n".join(
        [
            *_head(sources, roles, made),
            *_controls(roles),
            *_roles(roles),
            *_loose(roles),
            *_other_sides(roles),
            *_limits(),
            *_sign_off(),
        ]
    )


def _head(sources: Sequence[Source], roles: Sequence[Role], made: datetime) -> Iterator[str]:
    yield "# Access from GitHub Actions to AWS"
    yield ""
    yield from _table(
        ("What", "Value"),
        [
            ("Made on", f"{made:%Y-%m-%d %H:%M} UTC"),
            ("Stacks", _text(", ".join(_each_once(role.stack for role in roles)))),
            ("GitHub owners", _text(", ".join(_each_once(role.owner for role in roles)))),
            ("AWS accounts", _text(", ".join(_each_once(role.account for role in roles)))),
            ("Roles", str(len(roles))),
        ],
    )
    if any(source.kind == "preview" for source in sources):
        yield ""
        yield "**Made from a preview: planned, not in force. This file is no evidence of what is.**"
    yield from _section("Made from")
    yield from _table(
        ("Source", "What it is", "As of", "SHA-256", "To take it again"),
        [
            (
                _text(source.label),
                kind_phrase(source.kind),
                source.as_of or "not stated",
                _code(source.sha256),
                _code(source.again),
            )
            for source in sources
        ],
    )


def _controls(roles: Sequence[Role]) -> Iterator[str]:
    yield from _section("Controls")
    yield from _table(
        ("Framework", "Control", "Asks", "Evidence in this file"),
        [(c.framework, c.id, c.asks, _text(c.shows(roles))) for c in CONTROLS],
    )


def _roles(roles: Sequence[Role]) -> Iterator[str]:
    yield from _section("Roles")
    columns = ("Repository", "Context", "Approval", "From", "Role", "May", "Session", "Account")
    yield from _table(
        columns,
        [
            (
                f"{_text(role.full_name)}<br>id {role.repository_id}",
                _text(context_phrase(role)),
                _text(protection_phrase(role)),
                _origin(role),
                f"{_text(role.function)}<br>{_code(role.role_arn)}",
                "<br>".join(_text(f"{p.access}: {p.summary}") for p in role.permissions),
                f"{role.session_minutes} min",
                _text(account_phrase(role)),
            )
            for role in roles
        ],
    )


def _origin(role: Role) -> str:
    pinned = [f"<br>only through {_code(workflow)}" for workflow in role.workflows]
    return _text(origin_phrase(role)) + "".join(pinned)


def _loose(roles: Sequence[Role]) -> Iterator[str]:
    yield from _section("Findings")
    rows = [
        (
            finding.kind.grade,
            _text(finding.kind.label),
            _text(f"{role.full_name} {context_phrase(role)} {role.function}"),
            _text(finding.sentence),
        )
        for role in roles
        for finding in findings_of(role)
    ]
    if rows:
        yield from _table(("Grade", "Kind", "Role", "Found"), rows)
    else:
        yield "None found."


def _other_sides(roles: Sequence[Role]) -> Iterator[str]:
    found = other_sides(roles)
    if found:
        yield from _section("Roles that are assumed, and who has to be trusted there")
        rows = [(_code(arn), _code(json.dumps(policy))) for arn, policy in found.items()]
        yield from _table(("Role", "Trust policy that it needs"), rows)


def _limits() -> Iterator[str]:
    yield from _section("What this file is, and is not")
    yield (
        "It is evidence of which access the stacks above define, as far as the sources above say, "
        "at the time they were taken. Anybody who has a source can take its digest again and "
        "make this file anew. It is not evidence of the following."
    )
    yield ""
    yield from (f"- {line}" for line in NOT_SHOWN)


def _sign_off() -> Iterator[str]:
    yield from _section("Review")
    yield from _table(
        ("Reviewed by", "On", "Decision on each finding", "Next review"), [("", "", "", "")]
    )
    yield ""


def _section(title: str) -> tuple[str, str, str]:
    return ("", f"## {title}", "")


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield _line(columns)
    yield _line(["---"] * len(columns))
    yield from map(_line, rows)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _text(text: str) -> str:
    """Escape whatever Markdown could read as more than text."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def _code(text: str) -> str:
    """Write a code span that contains any text, in a table too."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence, pad = "`" * (longest + 1), " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}".replace("|", "\\|")


def _each_once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
