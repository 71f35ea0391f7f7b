"""List the runs: each call of each scenario, failing in each way in which it can fail.

The calls are those of undisturbed runs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import product
from random import Random

from sandbox.faults import Fault, Kind
from sandbox.journal import Call, Side
from sandbox.world import World
from tests.faults.calls import call_name
from tests.faults.undisturbed import Calls, recorded

_SEED = 7
_KILLS = {"changes": 8, "reads": 4}
"""How many calls of each scenario a process is killed at."""
_ATTEMPTS = 3
"""How often the sandbox's AWS client tries a call; on GitHub's side the project tries once."""
_AWS = (Kind.SERVER_ERROR, Kind.THROTTLED, Kind.DROPPED)
_GITHUB = (Kind.SERVER_ERROR, Kind.RATE_LIMITED, Kind.SECONDARY_LIMIT, Kind.DROPPED)


class Killed(StrEnum):
    """Name the process that gets SIGKILL while a call is under way."""

    CLI = "cli_killed"
    PROGRAM = "program_killed"


@dataclass(frozen=True)
class Run:
    """Name one disturbed run: the `nth` call of a name in a scenario, and what goes wrong."""

    scenario: str
    call: str
    nth: int
    kind: Kind | Killed

    @property
    def id(self) -> str:
        """Return the run's name in the tests."""
        again = f"#{self.nth}" if self.nth > 1 else ""
        return f"{self.scenario}-{self.call.replace(' ', '-')}{again}-{self.kind.value}"

    def meets(self, world: World, call: Call) -> bool:
        """Tell whether `call` is the one, or another one of its name."""
        return call_name(call, world.github) == self.call

    def fault(self, world: World) -> Fault:
        """Return the fault, for a run in which a call fails.

        A failure that the client would see once and try again lasts for all its attempts; an
        answer is lost once, and the second attempt meets what the first has made.
        """
        side: Side = "aws" if self.call.startswith("aws ") else "github"
        lasts = side == "aws" and self.kind is not Kind.LOST
        return Fault(
            kind=Kind(self.kind),
            nth=self.nth,
            times=_ATTEMPTS if lasts else 1,
            side=side,
            matching=lambda call: self.meets(world, call),
        )


def every_run() -> list[Run]:
    """Return every run there is, in an order in which the first tell most.

    Each change fails once, the kinds taking turns, loses its answer and is killed at; then each
    read fails once; then both fail in the other ways.
    """
    runs = [*_turn("changes", 0), *_lost(), *_kills(), *_turn("reads", 0)]
    for turn in range(1, max(len(_AWS), len(_GITHUB))):
        runs += [*_turn("changes", turn), *_turn("reads", turn)]
    assert len({run.id for run in runs}) == len(runs)
    return runs


def _turn(what: str, turn: int) -> Iterator[Run]:
    """Yield a run for each call; over the turns, each call meets each kind of its side once."""
    for place, (scenario, name, nth) in enumerate(_calls(what)):
        kinds = _AWS if name.startswith("aws ") else _GITHUB
        if turn < len(kinds):
            yield Run(scenario, name, nth, kinds[(place + turn) % len(kinds)])


def _lost() -> Iterator[Run]:
    """Yield the runs in which the answer to a change is lost; to a read, that is a dropped one."""
    for scenario, name, nth in _calls("changes"):
        yield Run(scenario, name, nth, Kind.LOST)


def _kills() -> Iterator[Run]:
    chance = Random(_SEED)  # noqa: S311 - the same calls each time
    for what, scenario in product(_KILLS, _recorded_calls()):
        calls = [(name, nth) for each, name, nth in _calls(what) if each == scenario]
        alive = [call for call in calls if _needs_program(scenario, call[0])]
        for kind, there in ((Killed.CLI, calls), (Killed.PROGRAM, alive)):
            for name, nth in sorted(chance.sample(there, min(_KILLS[what], len(there)))):
                yield Run(scenario, name, nth, kind)


def _needs_program(scenario: str, call: str) -> bool:
    """Tell whether the program runs by then: it ends before deletions, a destroy runs none."""
    return scenario != "destroy" and "delete" not in call.casefold()


@cache
def _recorded_calls() -> dict[str, Calls]:
    return {scenario: each.calls for scenario, each in recorded().items()}


def _calls(what: str) -> Iterator[tuple[str, str, int]]:
    for scenario, calls in _recorded_calls().items():
        for name, count in calls[what].items():
            for nth in range(1, count + 1):
                yield scenario, name, nth
