"""The access map as plain values, for scripts: every role with its findings, and the sources."""

from collections.abc import Sequence
from typing import Any

from keyless.access_map.findings import loose_spots
from keyless.access_map.other_side import other_sides
from keyless.stack.role import Role
from keyless.stack.source import Source


def as_listing(sources: Sequence[Source]) -> dict[str, Any]:
    """Return what `--json` prints."""
    return {
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
    spots = [
        {"id": spot.kind.id, "grade": spot.kind.grade, "sentence": spot.sentence}
        for spot in loose_spots(role)
    ]
    return {**role.model_dump(mode="json"), "loose_spots": spots}
