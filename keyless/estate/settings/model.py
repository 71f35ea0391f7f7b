"""The base of everything that a stack's config describes."""

from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict

Item = TypeVar("Item")


class Model(BaseModel):
    """A mapping of the config: closed, immutable, and never a number where a text is meant."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, validate_by_name=True, validate_by_alias=True
    )


def _from_yaml_list(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Listed = Annotated[tuple[Item, ...], BeforeValidator(_from_yaml_list)]
"""A YAML list, kept as a tuple."""
