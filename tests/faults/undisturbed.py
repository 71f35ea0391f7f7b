"""Keep what runs without faults do and where they end, in `undisturbed.json`.

Disturbed runs are held to it; a test of each scenario holds it to the run of today, and
`python -m tests.faults --record` writes it anew.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.engine.picture import picture
from tests.engine.stack import Stack

FILE = Path(__file__).with_name("undisturbed.json")

Calls = Mapping[str, Mapping[str, int]]
"""How often each call comes, by `changes` or `reads` and by name."""

End = Mapping[str, Any]
"""What both sides and the state hold in the end, as JSON has it."""


@dataclass(frozen=True)
class Undisturbed:
    """Hold the calls of one scenario, and its end."""

    calls: Calls
    end: End


def end_of(stack: Stack, held: Mapping[str, Any]) -> End:
    """Return both sides of now, and URNs, protections and open ends of the deployment `held`."""
    state = {
        "urns": sorted(each["urn"] for each in held["resources"]),
        "protected": sorted(each["urn"] for each in held["resources"] if each.get("protect")),
        "pending": held.get("pending_operations", []),
    }
    plain: End = json.loads(json.dumps({**picture(stack.world, stack.name), "state": state}))
    return plain


def provisioned(stack: Stack) -> tuple[list[dict[str, Any]], object]:
    """Return what the state holds beside the stack itself and its providers, and open ends."""
    held = stack.deployment()
    resources = held.get("resources", [])
    kept = [each for each in resources if not each["type"].startswith("pulumi:")]
    return kept, held.get("pending_operations")


def recorded() -> dict[str, Undisturbed]:
    """Return what is kept, by scenario."""
    return {name: Undisturbed(**each) for name, each in json.loads(FILE.read_text()).items()}


def record(found: Iterable[tuple[str, Undisturbed]]) -> None:
    """Keep what was found in the place of what was kept before."""
    FILE.write_text(json.dumps({name: asdict(each) for name, each in found}, indent=1) + "\n")
