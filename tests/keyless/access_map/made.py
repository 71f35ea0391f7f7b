"""Sources and a moment that never change, so that what is made of them does not either."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from keyless.stack.printed import Kind
from keyless.stack.role import Role
from keyless.stack.source import Source
from tests.keyless.data import PROD, STAGING, entries

MADE = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def source_of(made_of: Sequence[dict[str, Any]], label: str, kind: Kind = "state") -> Source:
    """Return a source of some entries, with a digest of nothing."""
    return Source(
        label=label,
        kind=kind,
        as_of="2026-11-20T17:05:00Z" if kind == "state" else None,
        sha256="e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        again=f"sha256sum {label}",
        roles=tuple(Role.model_validate(entry) for entry in made_of),
    )


def both_stacks() -> list[Source]:
    """Return the sample estate: the state of prod and the outputs of staging."""
    return [
        source_of(entries(PROD), "prod.json"),
        source_of(entries(STAGING), "staging.json", "outputs"),
    ]


HOSTILE = [
    "<script>document.title='taken'</script>",
    '"><img src=x onerror="document.title=\'taken\'">',
    "'; document.title='taken'; '",
    "{{ 7 * 7 }}{% raw %}",
    "</style></script><svg onload=document.title='taken'>",
    "| a | b\\| [x](javascript:alert(1)) ![i](https://evil.example/p.png)",
    "<b>`*_~$ www.evil.example",
    "[red]markup[/red] ${{ github.token }} %s %0a",
]
"""Names that try to be more than names."""


def hostile_source() -> Source:
    """Return roles whose every free text is hostile."""
    spoiled = []
    for number, text in enumerate(HOSTILE):
        entry = entries()[0]
        entry["context"] = f"environment/{text}"
        entry["branches"], entry["tags"], entry["refs"] = [text], [text], [text]
        entry["subjects"] = [text]
        entry["approval"] |= {"users": [text], "teams": [text]}
        entry["permissions"] = [{"preset": text, "summary": text, "access": "write"}]
        entry["role_arn"] += f"-{number}"
        spoiled.append(entry)
    return source_of(spoiled, "prod.json")
