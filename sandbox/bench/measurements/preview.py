"""What a preview costs over a program that registers the same resources in one plain loop.

All programs make the same look-ups and run with a pack of one trivial policy. `nodes` registers the
component nodes of keyless too. The programs take turns; each figure is the best of its runs.
"""

from collections.abc import Iterator
from itertools import pairwise

from sandbox.bench.figure import Figure, Measurement
from sandbox.bench.previews import Cost, open_programs
from sandbox.bench.sizes import Sizes


def run(sizes: Sizes) -> Iterator[Figure]:
    """Preview estates of several sizes."""
    largest = max(sizes.previews)
    seconds: dict[int, float] = {}
    for size, rounds in sizes.previews.items():
        keyless, flat, nodes = _best(size, rounds)
        seconds[size] = keyless.seconds
        remark = f"best of {rounds}; {keyless.calls} calls; {keyless.cpu_seconds:.1f} s of CPU"
        yield Figure(f"{size} environments", keyless.seconds, "s", remark=remark)
        for name, other, bound in (("flat", flat, 1.5), ("nodes", nodes, 1.1)):
            yield Figure(
                f"{size} environments over {name}",
                keyless.seconds / other.seconds,
                "times",
                at_most=bound if size == largest else None,
                remark=f"{other.seconds:.2f} s; CPU {keyless.cpu_seconds / other.cpu_seconds:.2f}",
            )
        yield Figure(
            f"{size} environments, memory over flat",
            keyless.memory_mib / flat.memory_mib,
            "times",
            at_most=1.5 if size == largest else None,
            remark=f"{keyless.memory_mib:.0f} MiB, {flat.memory_mib:.0f} flat; the program alone "
            f"{keyless.program_mib:.0f} and {flat.program_mib:.0f}",
        )
    yield from _growth(seconds)


def _best(size: int, rounds: int) -> tuple[Cost, Cost, Cost]:
    with open_programs(size) as programs:
        costs: dict[str, list[Cost]] = {}
        for _ in range(rounds):
            for program in (programs.flat, programs.nodes, programs.keyless):
                costs.setdefault(program.name, []).append(program.run("preview"))
    keyless, flat, nodes = (
        min(costs[name], key=lambda cost: cost.seconds) for name in ("keyless", "flat", "nodes")
    )
    return keyless, flat, nodes


def _growth(seconds: dict[int, float]) -> Iterator[Figure]:
    """Compare what an environment adds between the larger sizes and between the smaller ones."""
    sizes = sorted(seconds)
    slopes = [
        (seconds[larger] - seconds[smaller]) / (larger - smaller)
        for smaller, larger in pairwise(sizes)
    ]
    if len(slopes) > 1:
        remark = ", ".join(f"{slope * 1000:.1f} ms" for slope in slopes) + " an environment"
        growth = slopes[-1] / slopes[0]
        yield Figure("growth, end over beginning", growth, "times", at_most=1.25, remark=remark)


MEASUREMENT = Measurement("preview", "what a preview costs over plain programs", run)
