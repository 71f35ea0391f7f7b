"""What the first `up` of an estate takes, over the plain program with the same component nodes.

The previews before are left out. The backend is a folder, which writes the whole state after every
step: an estate of this size spends most of its time there, with either program.
"""

from collections.abc import Iterator

from sandbox.bench.figure import Figure, Measurement
from sandbox.bench.previews import open_programs
from sandbox.bench.sizes import Sizes

_UP = ("up", "--yes", "--skip-preview")


def run(sizes: Sizes) -> Iterator[Figure]:
    """Deploy an estate with either program, each in a world of its own."""
    with open_programs(sizes.up) as programs:
        keyless = programs.keyless.run(*_UP)
    with open_programs(sizes.up) as programs:
        nodes = programs.nodes.run(*_UP)
    remark = f"{keyless.calls} calls; {keyless.cpu_seconds:.1f} s of CPU"
    yield Figure(f"up of {sizes.up} environments", keyless.seconds, "s", remark=remark)
    yield Figure(
        "over nodes",
        keyless.seconds / nodes.seconds,
        "times",
        remark=f"{nodes.seconds:.1f} s; {nodes.calls} calls; "
        f"CPU {keyless.cpu_seconds / nodes.cpu_seconds:.2f}",
    )


MEASUREMENT = Measurement("up", "what the first up takes", run)
