"""A step in its scope, and what a job reaches AWS by: what every walk over steps shares."""

from dataclasses import dataclass, field
from typing import Literal

from keyless.jobs.scope import Scope
from keyless.jobs.values import Alternatives, text_of, trimmed
from keyless.jobs.workflow import Step

CONFIGURE = "aws-actions/configure-aws-credentials"
"""The action that takes an input from the variable of its name, too, as `ROLE_TO_ASSUME`."""

_AUDIENCE = "audience"


@dataclass(frozen=True)
class Site:
    """A line of a file; `step_line` is that of the job's own step which leads there."""

    path: str
    line: int
    step_line: int = field(default=0, compare=False)


@dataclass(frozen=True, kw_only=True)
class Use:
    """One way of a job to reach AWS: by a token, by a stored key, or from one role to the next.

    `file` is a token that lies in a file, and that no script of the job asks GitHub for. `existing`
    is a token that is not asked for while the credentials of an earlier step are valid.
    What is written for each setting may come to several values. `is_live` is False where an
    `if` rules it out.
    """

    kind: Literal["token", "file", "existing", "key", "chain"]
    site: Site
    is_live: bool
    role: Alternatives = ()
    audience: Alternatives = ()
    seconds: Alternatives = ()
    session: Alternatives = ()


@dataclass
class Found:
    """What a walk finds, beside the uses: unpinned actions, and checkouts of a pull request."""

    uses: list[Use] = field(default_factory=list)
    unpinned: list[tuple[Site, str]] = field(default_factory=list)
    head_checkouts: list[Site] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A step in its scope."""

    step: Step
    scope: Scope
    path: str
    is_live: bool
    step_line: int
    is_composite: bool

    @property
    def site(self) -> Site:
        """The line of the step."""
        return self.at(self.step.line)

    def at(self, line: int) -> Site:
        """Return a line of the step's file."""
        return Site(self.path, line, self.step_line)

    @property
    def is_configure(self) -> bool:
        """Whether it is AWS's own action."""
        return (self.step.uses or "").casefold().startswith(f"{CONFIGURE}@")

    def input(self, name: str) -> Alternatives:
        """Return what an input comes to; AWS's own action takes it from a variable, too."""
        node = self.step.inputs.get(name)
        written = () if node is None else self.scope.values(node)
        given = without_blanks(written)
        if self.is_configure and (node is None or len(given) < len(written)):
            given += variable(self.scope, name.upper().replace("-", "_"))
        return given

    def audience(self) -> Alternatives:
        """Return what a token is asked for: the action's own audience goes before a variable."""
        node = self.step.inputs.get(_AUDIENCE)
        if not self.is_configure:
            return self.input(_AUDIENCE)
        written = () if node is None else self.scope.values(node)
        given = without_blanks(written)
        is_given = len(given) == len(written)
        return given if is_given else self.input(_AUDIENCE) or (own_audience(self.scope),)


def without_blanks(values: Alternatives) -> Alternatives:
    """Leave out blanks around values, and empty ones: an input of nothing is none."""
    return tuple(value for value in map(trimmed, map(text_of, values)) if value != "")


def variable(scope: Scope, name: str) -> Alternatives:
    """Return what a variable of `env` comes to; nothing where none is written."""
    if not any(layer.node.get(name) for layer in scope.env):
        return ()
    return without_blanks(scope.lookup("env", (name,)))


def own_audience(scope: Scope) -> str:
    """Return the audience of a token for which nobody names one."""
    return f"https://github.com/{scope.world.repository.partition('/')[0]}"
