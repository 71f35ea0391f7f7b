"""One difference between a stack and what is there."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace

from keyless.stack.resource import StackResource
from keyless.stack.resources import StackResources


class UnreadableError(Exception):
    """Say why something could not be read, in a clause without a full stop."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What differs, why it matters, and the command that mends it, or that shows more.

    `replaced` is the URN of what `pulumi up` has to write anew for it, None where a refresh tells.
    """

    kind: str
    where: str
    found: str
    why: str
    repair: str
    replaced: str | None = None

    @property
    def sentence(self) -> str:
        """Where, what and why."""
        return f"{self.where}: {self.found}. {self.why}."


def not_compared(where: str, problem: Exception, repair: str) -> Finding:
    """Return the finding for something that could not be read, which `problem` says in a clause."""
    return Finding(
        kind="not-compared",
        where=where,
        found=f"could not be compared: {problem}",
        why="Whether it is as the stack says is not known",
        repair=repair,
    )


def in_order_of_repair(stack: StackResources, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Put what `pulumi up` mends last, all of it in one command.

    A refusal of the program concerns the whole stack: what another command mends has to be mended
    before, and two environments in two commands would each wait for the other.
    """
    plain = pulumi_up(stack)
    by_up = [finding for finding in findings if finding.repair == plain]
    others = [finding for finding in findings if finding.repair != plain]
    whole = pulumi_up(stack, *dict.fromkeys(f.replaced for f in by_up if f.replaced))
    return (*others, *(replace(finding, repair=whole) for finding in by_up))


def pulumi_up(stack: StackResources, *replaced: str) -> str:
    """Return the command that writes the stack again, and `replaced` whatever the engine thinks.

    The whole stack, never `--target`: then a policy pack cannot see what the rest depends on. A
    replaced environment is kept and written anew; without that an `up` would leave it, since a
    refresh does not see its reviewers.
    """
    words = ["pulumi", "up", *(("--stack", stack.stack) if stack.stack else ()), "--refresh"]
    return shlex.join([*words, *(word for urn in replaced for word in ("--replace", urn))])


def pulumi_import(stack: StackResources, resource: StackResource, identifier: str) -> str:
    """Return the command that takes something which exists into the stack."""
    words = ["pulumi", "import", *(("--stack", stack.stack) if stack.stack else ())]
    return shlex.join([*words, resource.type, resource.name, identifier])
