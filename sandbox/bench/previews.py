"""Preview programs over one estate, each with any pack, and say what each preview cost."""

import contextlib
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from sandbox.bench.estate import STACK, populate, stack_config, write_project
from sandbox.bench.figure import BenchError
from sandbox.bench.processes import PROGRAM, Watch
from sandbox.engine import provide_engine
from sandbox.workbench import POLICY_PACK, Workbench, open_workbench
from sandbox.world import World, open_world

FLAT = Path(__file__).parent / "flat"
TRIVIAL_PACK = Path(__file__).parent / "trivial_pack"
KEYLESS_PACK = POLICY_PACK


@dataclass(frozen=True)
class Cost:
    """What one command took: seconds on the clock and of all cores, MiB, and calls to both APIs."""

    seconds: float
    cpu_seconds: float
    pack_cpu_seconds: float
    memory_mib: float
    program_mib: float
    calls: int


@dataclass(frozen=True)
class Program:
    """A program on the workbench, ready to be previewed or deployed."""

    name: str
    folder: Path
    bench: Workbench
    world: World

    def run(self, *arguments: str, pack: Path = TRIVIAL_PACK) -> Cost:
        """Run one Pulumi command and return its cost.

        Raises BenchError with what was printed when it fails.
        """
        before = self.world.journal.count()
        started = time.perf_counter()
        with Watch() as watch:
            ended = self.bench.pulumi(
                *arguments,
                "--stack",
                STACK,
                "--suppress-outputs",
                "--suppress-progress",
                project=self.folder,
                PULUMI_OPTION_POLICY_PACK=str(pack),
            )
        took = time.perf_counter() - started
        if ended.returncode != 0:
            raise BenchError(
                f"bench: {self.name}: `pulumi {arguments[0]}`:\n{ended.stdout[-4000:]}"
            )
        calls = self.world.journal.count() - before
        return Cost(
            seconds=took,
            cpu_seconds=watch.cpu_seconds(),
            # The engine starts a pack with an address and nothing else after its folder.
            pack_cpu_seconds=watch.cpu_seconds(f"{pack} 127.0.0.1:"),
            memory_mib=watch.peak_mib(),
            program_mib=watch.peak_mib(PROGRAM),
            calls=calls,
        )


@dataclass(frozen=True)
class Programs:
    """The same estate, written three ways."""

    keyless: Program
    flat: Program
    nodes: Program


@contextlib.contextmanager
def open_programs(size: int) -> Iterator[Programs]:
    """Lay out an estate of `size` environments, in a world of its own."""
    with tempfile.TemporaryDirectory(prefix="keyless-bench-") as folder, open_world() as world:
        populate(world, size)
        files = write_project(Path(folder), size)
        addresses = world.environment(STACK)
        with open_workbench(provide_engine(), addresses, files) as bench:
            bench.create_stack(STACK)
            yield Programs(
                Program("keyless", bench.project, bench, world),
                _flat(bench, world, size, nodes=False),
                _flat(bench, world, size, nodes=True),
            )


def _flat(bench: Workbench, world: World, size: int, *, nodes: bool) -> Program:
    name = "nodes" if nodes else "flat"
    folder = bench.add_project(FLAT).rename(bench.project.parent / f"{name}-{size}")
    own = {"flat:size": str(size), "flat:nodes": str(nodes).lower()}
    shared = {key: value for key, value in stack_config().items() if not key.startswith("keyless")}
    (folder / f"Pulumi.{STACK}.yaml").write_text(yaml.safe_dump({"config": {**shared, **own}}))
    described = (folder / "Pulumi.yaml").read_text().replace("name: flat", f"name: {name}", 1)
    (folder / "Pulumi.yaml").write_text(described)
    bench.pulumi("stack", "init", STACK, project=folder).check_returncode()
    return Program(name, folder, bench, world)
