"""A comparison as plain values, for `--json`."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from keyless.drift.comparison import Drift
from keyless.drift.last_used import Unused


def drift_listing(drift: Drift, unused: Sequence[Unused] | None) -> dict[str, Any]:
    """Return every finding with the command that mends it; `unused` only where it was asked for."""
    last_used = {} if unused is None else {"last_used": [asdict(each) for each in unused]}
    return {
        **last_used,
        "stack": drift.stack.stack,
        "kind": drift.stack.kind,
        "compared": drift.compared,
        "findings": [
            {
                "kind": finding.kind,
                "where": finding.where,
                "sentence": finding.sentence,
                "repair": finding.repair,
            }
            for finding in drift.findings
        ],
    }
