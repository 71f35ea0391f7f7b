"""Set up the scenarios, each from a kept moment, with what an undisturbed run of it does."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sandbox.engine import Engine
from sandbox.faults import Fault, Kind
from sandbox.journal import Call
from sandbox.world import World, open_world
from tests.engine.moment import Moment
from tests.engine.stack import Stack, open_stack
from tests.faults.calls import call_name, count_calls
from tests.faults.estate import RENAMED, STACK, at_first, updated
from tests.faults.invariant import allow, replay, see, violations
from tests.faults.settled import Settled
from tests.faults.undisturbed import Undisturbed, end_of, provisioned

_UP = ("up", "--yes", "--skip-preview", "--suppress-outputs")
_DESTROY = ("destroy", "--yes", "--skip-preview", "--suppress-outputs", "--exclude-protected")


@dataclass(frozen=True)
class Scenario:
    """Hold what is run, and the configs before and after it."""

    command: tuple[str, ...]
    configs: tuple[Mapping[str, Any], ...]


SCENARIOS: Mapping[str, Scenario] = {
    "up": Scenario(_UP, (at_first(),)),
    "update": Scenario(_UP, (at_first(), updated())),
    "destroy": Scenario(_DESTROY, (at_first(),)),
}


@dataclass
class Rig:
    """Hold one stack in one world, and the moments that its scenarios start from.

    `stack` is without the pack, which judges the undisturbed run of each scenario: the others
    register the same.
    """

    judged: Stack
    folder: Path
    _starts: dict[str, Moment] = field(default_factory=dict)
    _provisioned: dict[str, object] = field(default_factory=dict)
    _undisturbed: dict[str, Undisturbed] = field(default_factory=dict)
    _settled: dict[str, Settled] = field(default_factory=dict)

    @property
    def stack(self) -> Stack:
        return self.judged.unjudged

    @property
    def world(self) -> World:
        return self.stack.world

    def begin(self, scenario: str) -> "Watch":
        """Go back to where `scenario` starts, and watch from there."""
        self._start(scenario).restore(self.stack)
        if scenario not in self._provisioned:
            self._provisioned[scenario] = provisioned(self.stack)
        return Watch(self.stack, SCENARIOS[scenario])

    def is_at_start(self, scenario: str) -> bool:
        """Tell whether nothing came of a run: neither side was changed, nor what the state holds.

        Whatever runs next is then an undisturbed run.
        """
        if self.world.journal.changes():
            return False
        return provisioned(self.stack) == self._provisioned[scenario]

    def assert_no_changes(self, scenario: str, held: Mapping[str, Any]) -> None:
        """Expect none after the deployment `held`, both sides being where `scenario` ends."""
        self._settled.setdefault(scenario, Settled()).assert_no_changes(self.stack, held)

    def undisturbed(self, scenario: str) -> Undisturbed:
        """Return what a run of `scenario` without faults does, which is run once."""
        if scenario not in self._undisturbed:
            self._undisturbed[scenario] = self._run(scenario)
        return self._undisturbed[scenario]

    def _run(self, scenario: str) -> Undisturbed:
        watch = self.begin(scenario)
        named: list[str] = []
        self.world.faults.add(
            lookout(lambda call: named.append(call_name(call, self.world.github)))
        )
        self.judged.succeed(*SCENARIOS[scenario].command)
        assert watch.violations() == []
        calls = count_calls(zip(named, self.world.journal.entries(), strict=True))
        if scenario == "up":
            self._starts["destroy"] = Moment.of(self.stack, self.folder / "destroy")
        return Undisturbed(calls, end_of(self.stack, self.stack.deployment()))

    def _start(self, scenario: str) -> Moment:
        if scenario not in self._starts:
            if scenario == "up":
                self._starts["up"] = Moment.of(self.stack, self.folder / "up")
            else:
                self.undisturbed("up")
        if scenario == "update" and scenario not in self._starts:
            self._starts["destroy"].restore(self.stack)
            old, new = RENAMED
            with self.world.journal.turn:
                self.world.github.rename(self.world.github.repository(f"acme/{old}"), new)
            self.stack.configure(updated())
            self._starts["update"] = Moment.of(self.stack, self.folder / "update")
        return self._starts[scenario]


class Watch:
    """Judge a run from the moment at which this was made."""

    def __init__(self, stack: Stack, scenario: Scenario) -> None:
        self._world = stack.world
        self._start = see(stack.world, stack.name)
        self._allowed = allow(stack.world.github, *scenario.configs)
        github = stack.world.github
        known = {each.full_name.casefold(): number for number, each in github.repositories.items()}
        self._numbers = known | dict(github.redirects)

    def violations(self) -> list[str]:
        """Return every moment since then at which the invariant did not hold.

        Raises AssertionError when the replay does not end where the stand-ins are.
        """
        with self._world.journal.turn:
            changes, seen = self._world.journal.changes(), see(self._world, STACK)
        end = [self._start, *(moment for _, moment in replay(self._start, changes, self._numbers))]
        assert end[-1] == seen, "the replay missed a change"
        return violations(self._start, changes, self._allowed, self._numbers)


@contextmanager
def open_rig(engine: Engine) -> Iterator[Rig]:
    """Yield a rig with a world and a stack of its own."""
    with (
        TemporaryDirectory(prefix="keyless-faults-") as folder,
        open_world() as world,
        open_stack(engine, world, at_first(), STACK) as stack,
    ):
        rig = Rig(stack, Path(folder))
        rig.begin("up")
        yield rig


def lookout(notice: Callable[[Call], None]) -> Fault:
    """Return a fault that never strikes, and shows each call before it is carried out."""

    def never(call: Call) -> bool:
        notice(call)
        return False

    return Fault(kind=Kind.DROPPED, matching=never)
