"""One run of a workflow as far as the files decide about it: event, ref, and a person's choices.

A choice (an option of an input, an entry of a matrix) is made when an expression first asks for
it, so that only those that matter are tried.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from keyless.facts import PULL_REF_PREFIX, PULL_REF_SUFFIX
from keyless.jobs.values import Value
from keyless.yaml_nodes import Node

PULL_REQUEST_EVENTS = frozenset(
    {
        "pull_request",
        "pull_request_target",
        "pull_request_review",
        "pull_request_review_comment",
    }
)
PULL_REF = f"{PULL_REF_PREFIX}7{PULL_REF_SUFFIX}"
_MOST_RUNS = 512

T = TypeVar("T")


class _ChoiceNeeded(Exception):  # noqa: N818 - no error, but a question
    """Ask which of some options is taken."""

    def __init__(self, key: str, options: Sequence[Value]) -> None:
        super().__init__(key)
        self.key = key
        self.options = options


class Choices:
    """What was chosen so far in one run."""

    def __init__(self, made: dict[str, Value]) -> None:
        self._made = made

    def pick(self, key: str, options: Sequence[Value]) -> Value:
        """Return what was chosen of some options; the run is tried once for each of them."""
        if len(options) == 1:
            return options[0]
        if key not in self._made:
            raise _ChoiceNeeded(key, options)
        return self._made[key]


class TooManyChoicesError(Exception):
    """A job whose choices are too many to try."""


def explore(compute: Callable[[Choices], T]) -> Iterator[T]:
    """Yield what a computation comes to for every choice that it asks for.

    Raises TooManyChoicesError.
    """
    waiting: list[dict[str, Value]] = [{}]
    runs = 0
    while waiting:
        made = waiting.pop()
        runs += 1
        if runs > _MOST_RUNS:
            raise TooManyChoicesError
        try:
            yield compute(Choices(made))
        except _ChoiceNeeded as needed:
            waiting += ({**made, needed.key: option} for option in reversed(needed.options))


@dataclass
class Notices:
    """What expressions compare the ref with: refs as a whole, and parts that they look for.

    `reads_ref` says that some expression asked for the ref or the event at all.
    """

    reads_ref: bool = False
    names: dict[str, None] = field(default_factory=dict)
    parts: dict[str, None] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How much was noticed so far."""
        return len(self.names) + len(self.parts)


@dataclass(frozen=True, kw_only=True)
class World:
    """One run; `ref` is whole, None where it depends on a caller elsewhere.

    `is_fork` says that a pull request comes from a fork. `ids` are those of repository and
    owner; `environments` are those that a person may choose from.
    """

    repository: str
    default_branch: str
    ids: tuple[str, str]
    event: str
    event_node: Node | None
    ref: str | None
    choices: Choices
    notices: Notices
    environments: tuple[str, ...]
    is_fork: bool = False

    def with_choices(self, choices: Choices) -> "World":
        """Return the same run with other choices."""
        return replace(self, choices=choices)
