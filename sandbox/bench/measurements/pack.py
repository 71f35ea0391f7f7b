"""What the project's pack adds to a real preview, over a pack of one trivial policy.

The plain program without component nodes is previewed with either pack, in turn. What a pack takes
to start is counted, too; at the largest size it is spread over the most resources. The difference
of two runs on the clock carries the noise of both, so the CPU time is given beside it.
"""

import statistics
from collections.abc import Iterator

from sandbox.bench.estate import RESOURCES
from sandbox.bench.figure import Figure, Measurement
from sandbox.bench.previews import KEYLESS_PACK, TRIVIAL_PACK, Cost, open_programs
from sandbox.bench.sizes import Sizes


def run(sizes: Sizes) -> Iterator[Figure]:
    """Preview plain programs of several sizes, each with both packs."""
    largest = max(sizes.pack)
    for size, rounds in sizes.pack.items():
        resources = size * RESOURCES
        pairs = _pairs(size, rounds)
        seconds = statistics.median(own.seconds - trivial.seconds for own, trivial in pairs)
        cpu = statistics.median(own.cpu_seconds - trivial.cpu_seconds for own, trivial in pairs)
        own, trivial = min(pairs, key=lambda pair: pair[0].seconds)
        yield Figure(
            f"{resources:,} resources",
            seconds / resources * 1000,
            "ms a resource",
            at_most=1 if size == largest else None,
            remark=f"{own.seconds:.1f} s against {trivial.seconds:.1f}, median of {rounds} pairs; "
            f"CPU {cpu / resources * 1000:.2f} ms",
        )


def _pairs(size: int, rounds: int) -> list[tuple[Cost, Cost]]:
    with open_programs(size) as programs:
        programs.flat.run("preview")
        return [
            (
                programs.flat.run("preview", pack=KEYLESS_PACK),
                programs.flat.run("preview", pack=TRIVIAL_PACK),
            )
            for _ in range(rounds)
        ]


MEASUREMENT = Measurement("pack", "what the policy pack adds to a preview", run)
