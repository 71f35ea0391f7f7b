"""`statement`: actions on resources, for a job that no preset covers."""

from typing import Literal

from pydantic import Field

from components.permissions.grant import Grant
from components.permissions.place import Place
from components.permissions.preset import Preset
from components.permissions.statement import Statement


class CustomStatement(Preset):
    """Allow the listed actions on the listed resources."""

    preset: Literal["statement"]
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: dict[str, dict[str, tuple[str, ...]]] = Field(default_factory=dict)

    def grant(self, place: Place) -> Grant:  # noqa: ARG002 - the ARNs are written out
        """Allow exactly what is written."""
        statement = Statement(self.actions, self.resources, self.conditions)
        summary = f"{', '.join(self.actions)} on {', '.join(self.resources)}"
        return Grant((statement,), (), summary, "write")
