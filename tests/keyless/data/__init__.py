"""Outputs `access` of the sample estate, prod tight and staging with every finding."""

import copy
import json
from pathlib import Path
from typing import Any

from keyless.stack.role import Role

FOLDER = Path(__file__).parent
PROD = FOLDER / "prod.json"
STAGING = FOLDER / "staging.json"


def entries(file: Path = PROD) -> list[dict[str, Any]]:
    """Return one output as plain values, for a test to spoil."""
    loaded: list[dict[str, Any]] = json.loads(file.read_text())
    return loaded


def roles(*files: Path) -> tuple[Role, ...]:
    """Return the roles of some outputs."""
    return tuple(Role.model_validate(entry) for file in files for entry in entries(file))


def spoiled(**changes: object) -> Role:
    """Return storefront's deploy role of production with some fields changed."""
    return Role.model_validate({**entries()[0], **changes})


def large_estate(count: int) -> list[dict[str, Any]]:
    """Return `count` roles: the sample estate over and over, each time in another repository."""
    patterns = [*entries(PROD), *entries(STAGING)]
    made = []
    for number in range(count):
        turn, which = divmod(number, len(patterns))
        entry = copy.deepcopy(patterns[which])
        if turn:
            entry = _in_another_repository(entry, turn)
        made.append(entry)
    return made


def _in_another_repository(entry: dict[str, Any], turn: int) -> dict[str, Any]:
    old, new = entry["repository"], f"{entry['repository']}-{turn:02d}"
    text = json.dumps(entry).replace(f"acme/{old}", f"acme/{new}").replace(f"/{old}@", f"/{new}@")
    moved: dict[str, Any] = json.loads(text)
    moved["repository"] = new
    moved["repository_id"] += turn
    moved["role_arn"] = moved["role_arn"].replace(f"acme-{old}-", f"acme-{new}-")
    return moved
