"""What the project's pack adds to a real preview, over a pack of one trivial policy.

The plain program without component nodes is previewed with either pack, in turn. What counts is the
CPU time of the pack's own process, from its start: the engine waits for its answers, so that is
what it adds, and at the largest size its start is spread over the most resources. The difference of
two whole previews on the clock carries the noise of both; it stands beside it.
"""

import statistics
from collections.abc import Iterator
from pathlib import Path

from sandbox.bench.estate import RESOURCES
from sandbox.bench.figure import BenchError, Figure, Measurement
from sandbox.bench.previews import KEYLESS_PACK, TRIVIAL_PACK, Cost, Program, open_programs
from sandbox.bench.sizes import Sizes


def run(sizes: Sizes) -> Iterator[Figure]:
    """Preview plain programs of several sizes, each with both packs."""
    largest = max(sizes.pack)
    for size, rounds in sizes.pack.items():
        resources = size * RESOURCES
        pairs = _pairs(size, rounds)
        added = statistics.median(
            own.pack_cpu_seconds - trivial.pack_cpu_seconds for own, trivial in pairs
        )
        own, trivial = min(pairs, key=lambda pair: pair[0].seconds)
        yield Figure(
            f"{resources:,} resources",
            added / resources * 1000,
            "ms a resource",
            at_most=1 if size == largest else None,
            remark=f"{own.pack_cpu_seconds:.1f} s of work against {trivial.pack_cpu_seconds:.1f}, "
            f"median of {rounds} pairs; previews of {own.seconds:.1f} s and {trivial.seconds:.1f}",
        )


def _pairs(size: int, rounds: int) -> list[tuple[Cost, Cost]]:
    with open_programs(size) as programs:
        programs.flat.run("preview")
        return [
            (_seen(programs.flat, KEYLESS_PACK), _seen(programs.flat, TRIVIAL_PACK))
            for _ in range(rounds)
        ]


def _seen(program: Program, pack: Path) -> Cost:
    cost = program.run("preview", pack=pack)
    if not cost.pack_cpu_seconds:
        raise BenchError(f"bench: pack: no process of {pack.name} was seen")
    return cost


MEASUREMENT = Measurement("pack", "what the policy pack adds to a preview", run)
