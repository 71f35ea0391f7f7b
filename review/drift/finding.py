"""One difference between a stack and what is there."""

import shlex
from dataclasses import dataclass

from review.stack_resources import StackResource, StackResources


class UnreadableError(Exception):
    """Say why something could not be read, in a clause without a full stop."""


@dataclass(frozen=True)
class Finding:
    """What differs, why it matters, and the command that mends it, or that shows more."""

    kind: str
    where: str
    found: str
    why: str
    repair: str

    @property
    def sentence(self) -> str:
        """Where, what and why."""
        return f"{self.where}: {self.found}. {self.why}."


def not_compared(where: str, problem: UnreadableError, repair: str) -> Finding:
    """Return the finding for something that could not be read."""
    return Finding(
        "not-compared",
        where,
        f"could not be compared: {problem}",
        "Whether it is as the stack says is not known",
        repair,
    )


def pulumi_up(stack: StackResources, *replaced: StackResource) -> str:
    """Return the command that writes the stack again, and `replaced` whatever the engine thinks.

    The whole stack, never `--target`: then a policy pack cannot see what the rest depends on. A
    replaced environment is kept and written anew; without that an `up` would leave it, since a
    refresh does not see its reviewers.
    """
    words = ["pulumi", "up", *(("--stack", stack.stack) if stack.stack else ()), "--refresh"]
    return shlex.join([*words, *(word for one in replaced for word in ("--replace", one.urn))])


def pulumi_import(stack: StackResources, resource: StackResource, identifier: str) -> str:
    """Return the command that takes something which exists into the stack."""
    words = ["pulumi", "import", *(("--stack", stack.stack) if stack.stack else ())]
    return shlex.join([*words, resource.type, resource.name, identifier])
