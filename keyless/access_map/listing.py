"""The access map as plain values, for scripts: every role with its findings, and the sources."""

from collections.abc import Sequence
from typing import Any

from keyless.access_map.findings import findings_of
from keyless.access_map.other_side import other_sides
from keyless.stack.role import Role
from keyless.stack.source import Source

VERSION = 1
"""Of what `--json` prints; a key that is renamed or left out makes it another one."""


def as_listing(sources: Sequence[Source]) -> dict[str, Any]:
    """Return what `--json` prints."""
    return {
        "version": VERSION,
        "sources": [
            {
                "label": source.label,
                "kind": source.kind,
                "as_of": source.as_of,
                "sha256": source.sha256,
                "roles": len(source.roles),
            }
            for source in sources
        ],
        "roles": [_entry(role) for source in sources for role in source.roles],
        "other_sides": other_sides(role for source in sources for role in source.roles),
    }


def _entry(role: Role) -> dict[str, Any]:
    findings = [
        {"id": finding.kind.id, "grade": finding.kind.grade, "sentence": finding.sentence}
        for finding in findings_of(role)
    ]
    return {**role.model_dump(mode="json"), "findings": findings}
