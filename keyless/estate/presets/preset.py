"""The base of every permission preset."""

from abc import abstractmethod

from pydantic import BaseModel, ConfigDict

from keyless.estate.presets.grant import Grant
from keyless.estate.presets.place import Place


class Preset(BaseModel):
    """A permission as it is written in stack config.

    A preset declares `preset: Literal["its-name"]` and its parameters. What can be checked without
    knowing the stack is checked in its validators, which raise `ValueError`; the rest in `grant`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    preset: str

    @abstractmethod
    def grant(self, place: Place) -> Grant:
        """Return what this permission gives a role in that place.

        Raises GrantError when the permission does not fit the place, with every reason in it.
        """
