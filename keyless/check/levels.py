"""Notice a key that is one level off: `roles` where the name of an environment belongs.

YAML takes it, and what is then missing below it would be said of something that nobody meant.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from pydantic import BaseModel

from keyless.estate.settings import Environment, Repository, Role

_NAMED: Final[Mapping[str, tuple[str, type[BaseModel]]]] = {
    "keyless:repositories": ("a repository", Repository),
    "repositories": ("a repository", Repository),
    "environments": ("an environment", Environment),
    "roles": ("a function", Role),
}
"""What stands below these keys under a name of its own."""


def misplaced_key(path: tuple[str | int, ...]) -> tuple[int, str] | None:
    """Return how long the path of a misplaced key is, and a sentence about it; None without one."""
    for end, (above, key) in enumerate(pairwise(path), start=2):
        what, model = _NAMED.get(str(above), ("", BaseModel))
        if key in model.model_fields:
            return end, (
                f'"{key}" is read as the name of {what}. It is one level too far left. Indent it '
                f"below the name of {what}."
            )
    return None
