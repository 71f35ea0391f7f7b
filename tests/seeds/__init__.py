"""Estates as they are before keyless comes: a seed for both stand-ins, and what to conclude of it.

`roles` of an expectation has one row a role: the `decision`, `why` (any of `also` is right, too),
the `verdict` of the trust reader, the contexts and jobs that use it.
"""

import json
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent
NAMES = tuple(sorted(file.stem for file in _FOLDER.glob("*.yaml")))


def file_of(name: str) -> Path:
    """Return the seed of this name."""
    return _FOLDER / f"{name}.yaml"


def expected(name: str) -> Any:
    """Return what a reader of both sides should conclude."""
    return json.loads((_FOLDER / f"{name}.expected.json").read_text("utf-8"))
