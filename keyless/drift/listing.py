"""A comparison as plain values, for `--json`."""

from typing import Any

from keyless.drift.comparison import Drift


def drift_listing(drift: Drift) -> dict[str, Any]:
    """Return every finding with the command that mends it."""
    return {
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
