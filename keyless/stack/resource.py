"""One resource of a stack, as an export or a preview shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from keyless.text.json_text import read_json

Properties = Mapping[str, object]

SECRET_MARK = "4dabf18193072939515e22adb298388d"  # noqa: S105 - the key that marks a secret


@dataclass(frozen=True, kw_only=True)
class StackResource:
    """One resource: `inputs` as the program gave them, `outputs` as they were last seen.

    `operation` is what a preview would do to it, None in a state. `id` is None before it is made.
    """

    urn: str
    type: str
    id: str | None
    inputs: Properties = field(repr=False)
    outputs: Properties = field(repr=False)
    operation: str | None = None

    @property
    def name(self) -> str:
        """The name of the resource in the stack, such as `storefront/environment/production`."""
        return self.urn.split("::", 3)[-1]

    @property
    def properties(self) -> Properties:
        """Inputs and outputs together: as last seen in a state, as planned in a preview."""
        if self.operation is None:
            return {**self.inputs, **self.outputs}
        return {**self.outputs, **self.inputs}

    @property
    def is_new(self) -> bool:
        """Whether a preview would create it."""
        return self.operation in {"create", "import"}


def text_of(properties: Properties, name: str) -> str | None:
    """Return a property that is text; None where it is absent, secret or something else."""
    value = properties.get(name)
    return value if isinstance(value, str) else None


def shown(value: object) -> object:
    """Return a value, that of a secret where an export with --show-secrets says it.

    A secret that is not shown stays the object that stands for it.
    """
    if (
        isinstance(value, Mapping)
        and SECRET_MARK in value
        and isinstance(value.get("plaintext"), str)
    ):
        try:
            return read_json(value["plaintext"])
        except (ValueError, RecursionError):
            return value
    return value


def known_arn(properties: Properties) -> str | None:
    """Return the ARN of a resource; None while a streamed preview has a mark in its place."""
    arn = text_of(properties, "arn")
    return arn if arn and arn.startswith("arn:") else None
