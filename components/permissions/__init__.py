"""Permission presets: what a role may do, written by job instead of by action.

One preset a file, all of them listed once, in `Permission`.
"""

from typing import Annotated, get_args

from pydantic import Field

from components.permissions.custom_statement import CustomStatement
from components.permissions.grant import Access, Grant, GrantError
from components.permissions.managed_policy import ManagedPolicy
from components.permissions.place import Place
from components.permissions.preset import Preset
from components.permissions.statement import Statement, as_document

Permission = Annotated[CustomStatement | ManagedPolicy, Field(discriminator="preset")]

PRESETS: dict[str, type[Preset]] = {
    get_args(preset.model_fields["preset"].annotation)[0]: preset
    for preset in get_args(get_args(Permission)[0])
}

__all__ = [
    "PRESETS",
    "Access",
    "Grant",
    "GrantError",
    "Permission",
    "Place",
    "Preset",
    "Statement",
    "as_document",
]
