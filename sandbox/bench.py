"""Measure what the project costs: `python -m sandbox.bench [NAME …] [--size N]`.

A line for each figure, with its bound where it has one; status 1 where a bound is missed. What one
process does alone is CPU time, which the work of others changes least. Programs take turns.
"""

import argparse
import contextlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import timeit
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from keyless.estate.reading import read_settings
from keyless.trust import judge
from sandbox.engine import provide_engine
from sandbox.github.state import Branch, Repository
from sandbox.sample import CHECKOUT
from sandbox.workbench import Workbench, open_workbench
from sandbox.world import REGION, STACKS, World, open_world

OWNER, OWNER_ID, STACK = "acme", 9919, "prod"
CATALOGUE = "estate.yaml"
FLAT = CHECKOUT / "sandbox" / "flat"
_FIRST_ID = 900_000_000
_MONA, _LEADS = 583231, 4101


@dataclass(frozen=True)
class Figure:
    """One number and, where it has one, its bound in the same unit."""

    name: str
    value: float
    unit: str
    at_most: float | None = None

    def __str__(self) -> str:
        """Write the row of a table."""
        kept = "" if self.at_most is None else f"≤ {self.at_most:g}"
        missed = " **missed**" if self.is_missed else ""
        return f"| {self.name} | {self.value:.3g} {self.unit} | {kept}{missed} |"

    @property
    def is_missed(self) -> bool:
        """Tell whether a bound is exceeded."""
        return self.at_most is not None and self.value > self.at_most


def main(words: Sequence[str] | None = None) -> int:
    """Run the measurements that are named, or all, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.bench", description=__doc__)
    parser.add_argument("names", metavar="NAME", nargs="*", help=", ".join(MEASUREMENTS))
    parser.add_argument("--size", type=int, help="smaller than what is published, to try it out")
    given = parser.parse_args(words)
    if unknown := set(given.names) - MEASUREMENTS.keys():
        parser.error(f"{', '.join(sorted(unknown))}: no measurement. See --help for their names.")
    missed = False
    sys.stdout.write("| figure | value | bound |\n|---|---|---|\n")
    for name in given.names or MEASUREMENTS:
        measure, size = MEASUREMENTS[name]
        for figure in measure(given.size or size):
            sys.stdout.write(f"{figure}\n")
            sys.stdout.flush()
            missed |= figure.is_missed
    return int(missed)


def start(tries: int) -> Iterator[Figure]:
    """Measure `keyless --help`, each time in a new process."""
    command = [sys.executable, "-m", "keyless", "--help"]
    yield Figure("`keyless --help`", min(_child(command) for _ in range(tries)), "s", 0.3)


def trust(documents: int) -> Iterator[Figure]:
    """Measure the judgement of trust policies, by kind, and of the worst hostile one."""
    from tests.keyless.trust.bench import hostile, kinds  # noqa: PLC0415 - slow

    for kind in kinds(documents):
        times = sorted(_cpu(judge, json.dumps(each)) * 1000 for each in kind.documents)
        yield Figure(f"{kind.name}, median", statistics.median(times), "ms", kind.median)
        yield Figure(f"{kind.name}, 99th of 100", times[len(times) * 99 // 100], "ms", kind.most)
    yield Figure("the worst hostile trust policy", max(_cpu(judge, d) for d in hostile()), "s", 1)


def settings(repositories: int) -> Iterator[Figure]:
    """Measure reading and checking the settings of a stack from a catalogue file."""
    with tempfile.TemporaryDirectory(prefix="keyless-bench-") as folder:
        write_project(Path(folder), repositories)
        read = partial(read_settings, stack=STACK, root=Path(folder))
        took = _cpu(read, stack_config())
    yield Figure(f"settings of {repositories:,} repositories", took, "s", 2)


def pack(resources: int) -> Iterator[Figure]:
    """Measure what the policy pack adds to each resource, over a pack of one trivial policy."""
    from tests.policypack.bench import added  # noqa: PLC0415 - starts packs

    yield Figure(f"the pack, of {resources:,} resources", added(resources), "ms a resource", 2)


def audit(roles: int) -> Iterator[Figure]:
    """Measure an audit of an account with few roles for GitHub, and of one that has no others."""
    from tests.keyless.audit.test_audit_scale import measured, write_account  # noqa: PLC0415

    for size, github in ((roles, 20), (roles // 10, roles // 10)):
        with tempfile.TemporaryDirectory(prefix="keyless-bench-") as folder:
            account = Path(folder) / "account.json"
            write_account(account, size, github)
            _, seconds, kibibytes = measured(account)
        name = f"audit of {size:,} roles, {github:,} of them for GitHub"
        yield Figure(name, seconds, "s", max(10, size * 0.0015))
        yield Figure("its memory", kibibytes / 1024, "MiB", 1200)


def calls(size: int) -> Iterator[Figure]:
    """Count what GitHub is asked for each environment of a stack that is in place."""
    asked = (_asked(1 + size) - _asked(1)) / size
    yield Figure("GitHub calls of a preview", asked, "an environment", 4)


def preview(size: int) -> Iterator[Figure]:
    """Measure a preview of an estate, over the flat program; the best of each one's runs counts."""
    with open_programs(size) as programs:
        costs = [[program.run("preview") for program in programs] for _ in range(2)]
    own, flat = (min(runs) for runs in zip(*costs, strict=True))
    yield Figure(f"preview of {size:,} environments", own[0], "s")
    yield Figure("the same over the flat program", own[0] / flat[0], "times", 1.3)
    yield Figure("its memory over that of the flat program", own[1] / flat[1], "times", 1.3)


MEASUREMENTS: dict[str, tuple[Callable[[int], Iterator[Figure]], int]] = {
    "start": (start, 5),
    "trust": (trust, 2000),
    "settings": (settings, 1000),
    "pack": (pack, 6000),
    "audit": (audit, 10_000),
    "calls": (calls, 10),
    "preview": (preview, 1000),
}
"""Each measurement with the size that is published."""


def repository_name(number: int) -> str:
    """Name the repository with that number."""
    return f"service-{number:05d}"


def populate(world: World, size: int) -> None:
    """Create repositories on GitHub's stand-in."""
    owner = world.github.organisations[OWNER_ID]
    since = datetime(2024, 5, 2, tzinfo=UTC)
    with world.journal.turn:
        for number in range(size):
            name = repository_name(number)
            made = Repository(_FIRST_ID + number, owner, name, "private", since)
            made.teams[_LEADS] = "write"
            made.collaborators[_MONA] = "write"
            made.branches.append(Branch("main", f"{number:040x}"))
            world.github.repositories[made.id] = made


def catalogue(size: int) -> dict[str, Any]:
    """Return an entry for each repository: one environment with one role."""
    return {repository_name(number): _entry(number) for number in range(size)}


def stack_config() -> dict[str, Any]:
    """Return the config of a stack whose entries are in a catalogue file."""
    return {
        "aws:region": REGION,
        "aws:allowedAccountIds": [STACKS[STACK].number],
        "github:owner": OWNER,
        "keyless:owner_id": OWNER_ID,
        "keyless:oidc_provider": {"create": True},
        "keyless:permissions_boundary": {"create": True},
        "keyless:catalogue": [CATALOGUE],
    }


def write_project(folder: Path, size: int) -> list[Path]:
    """Write the stack file and the catalogue, and return all files of the project."""
    stack, entries = folder / f"Pulumi.{STACK}.yaml", folder / CATALOGUE
    stack.write_text(yaml.safe_dump({"config": stack_config()}))
    entries.write_text(yaml.dump({"repositories": catalogue(size)}, Dumper=yaml.CSafeDumper))
    return [CHECKOUT / "Pulumi.yaml", stack, entries]


@dataclass(frozen=True)
class Program:
    """A program on the workbench, ready to be previewed."""

    folder: Path
    bench: Workbench
    world: World

    def run(self, *words: str) -> tuple[float, float]:
        """Run one Pulumi command; return seconds on the clock and MiB of all its processes."""
        started = time.perf_counter()
        with _peaks() as peaks:
            ended = self.bench.pulumi(
                *words, "--stack", STACK, "--suppress-outputs", project=self.folder
            )
        if ended.returncode != 0:
            sys.exit(f"bench: {self.folder.name}: pulumi {words[0]}:\n{ended.stdout[-4000:]}")
        return time.perf_counter() - started, sum(peaks.values()) / 1024


@contextlib.contextmanager
def open_programs(size: int) -> Iterator[tuple[Program, Program]]:
    """Lay out one estate for keyless and for the flat program."""
    with tempfile.TemporaryDirectory(prefix="keyless-bench-") as folder, open_world() as world:
        populate(world, size)
        files = write_project(Path(folder), size)
        with open_workbench(provide_engine(), world.environment(STACK), files) as bench:
            bench.create_stack(STACK)
            flat = bench.add_project(FLAT)
            config = {k: v for k, v in stack_config().items() if not k.startswith("keyless")}
            text = yaml.safe_dump({"config": {**config, "flat:size": size}})
            (flat / f"Pulumi.{STACK}.yaml").write_text(text)
            bench.pulumi("stack", "init", STACK, project=flat).check_returncode()
            yield Program(bench.project, bench, world), Program(flat, bench, world)


def _asked(size: int) -> int:
    with open_programs(size) as (keyless, _):
        keyless.run("up", "--yes", "--skip-preview")
        keyless.world.journal.clear()
        keyless.run("preview", "--expect-no-changes")
        return keyless.world.journal.count("github")


@contextlib.contextmanager
def _peaks() -> Iterator[dict[int, int]]:
    """Watch, in KiB, the most memory of each process of the sessions that children lead."""
    seen: dict[int, int] = {}
    over = threading.Event()

    def look_on() -> None:
        while not over.wait(0.1):
            listed = subprocess.check_output(["/bin/ps", "-A", "-o", "pid=,ppid=,sess=,rss="])
            rows = [tuple(map(int, line.split())) for line in listed.splitlines()]
            sessions = {process for process, parent, *_ in rows if parent == os.getpid()}
            for process, _, session, size in rows:
                if session in sessions:
                    seen[process] = max(seen.get(process, 0), size)

    thread = threading.Thread(target=look_on, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def _entry(number: int) -> dict[str, Any]:
    statement = {
        "preset": "statement",
        "actions": ["s3:PutObject"],
        "resources": [f"arn:aws:s3:::{OWNER}-{repository_name(number)}/*"],
    }
    environment = {
        "deploy_from": {"branches": ["main"]},
        "reviewers": {"users": ["mona"], "teams": ["storefront-leads"]},
        "wait_minutes": 10,
        "roles": {"deploy": {"permissions": [statement]}},
    }
    return {"id": _FIRST_ID + number, "environments": {"production": environment}}


def _cpu(action: Callable[..., object], given: object) -> float:
    """Return the processor time in seconds, the least of some tries."""
    return min(timeit.repeat(partial(action, given), timer=time.process_time, number=1, repeat=3))


def _child(command: Sequence[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=CHECKOUT, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    sys.exit(main())
