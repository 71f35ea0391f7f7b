"""Keep what came of each run: first one file a run in `build/faults`, then in `outcomes.json`.

Runs go on for hours and on more than one machine, so an outcome names the day and the revision with
which it was seen, and stands until the run is carried out again.
"""

import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.sample import CHECKOUT
from tests.faults.runs import Run, every_run

SEEN = CHECKOUT / "build" / "faults"
KEPT = Path(__file__).with_name("outcomes.json")


class Ended(StrEnum):
    """Say how a run ended, and what the next one needed."""

    UNKNOWN = "did not survive"
    ALONE = "went on by itself"
    UNTOUCHED = "ended before anything changed"
    REPEATED = "the next run was enough"
    HELPED = "needed a documented command"


@dataclass(frozen=True)
class Outcome:
    """Hold how a run ended, the commands that were needed, and when and with what it was seen."""

    ended: Ended
    steps: tuple[str, ...]
    day: str
    revision: str


def keep(run: Run, ended: Ended, steps: tuple[str, ...] = ()) -> None:
    """Write down what came of `run` in this checkout."""
    outcome = Outcome(ended, steps, datetime.now(UTC).date().isoformat(), _revision())
    SEEN.mkdir(parents=True, exist_ok=True)
    file = SEEN / f"{run.id.replace('/', '|')}.json"
    file.write_text(json.dumps({run.id: asdict(outcome)}))


def kept() -> dict[str, Outcome]:
    """Return the outcomes that are kept, by the name of their run."""
    return _read(KEPT)


def gather() -> None:
    """Add what was seen in this checkout to what is kept; drop runs that there are no more."""
    found = kept()
    for file in sorted(SEEN.glob("*.json")):
        found |= _read(file)
    lines = [
        f"{json.dumps(run.id)}: {json.dumps(asdict(found[run.id]))}"
        for run in every_run()
        if run.id in found
    ]
    KEPT.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def _read(file: Path) -> dict[str, Outcome]:
    return dict(_outcomes(json.loads(file.read_text())))


def _outcomes(read: Mapping[str, Any]) -> Iterator[tuple[str, Outcome]]:
    for name, each in read.items():
        ended, steps = Ended(each["ended"]), tuple(each["steps"])
        yield name, Outcome(ended, steps, each["day"], each["revision"])


@cache
def _revision() -> str:
    """Return the commit of this checkout, marked where files differ from it."""
    asked = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    ended = subprocess.run(asked, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    return ended.stdout.strip() or "unknown"
