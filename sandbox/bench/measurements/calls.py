"""How many calls one more environment costs on either side, read from the journal.

Counted as the difference between two estates, so that what a run asks once does not enter.
"""

from collections.abc import Iterator

from sandbox.bench.figure import Figure, Measurement
from sandbox.bench.previews import open_programs
from sandbox.bench.sizes import Sizes
from sandbox.journal import Side

_RUNS = {
    "first preview": ("preview",),
    "first up": ("up", "--yes", "--skip-preview"),
    "preview without changes": ("preview", "--expect-no-changes"),
    "refresh": ("refresh", "--yes"),
    "destroy": ("destroy", "--yes", "--exclude-protected"),
}
_SIDES: tuple[Side, ...] = ("github", "aws")


def run(sizes: Sizes) -> Iterator[Figure]:
    """Run every command on a smaller and on a larger estate."""
    smaller, larger = sizes.calls
    few, many = _counts(smaller), _counts(larger)
    for key, count in many.items():
        each = (count - few[key]) / (larger - smaller)
        remark = f"and {few[key] - each * smaller:.0f} a run"
        yield Figure(f"{key[0]}, {key[1]}", each, "calls an environment", remark=remark)


def _counts(size: int) -> dict[tuple[str, Side], int]:
    counts = {}
    with open_programs(size) as programs:
        journal = programs.keyless.world.journal
        for name, command in _RUNS.items():
            journal.clear()
            programs.keyless.run(*command)
            counts.update({(name, side): journal.count(side) for side in _SIDES})
    return counts


MEASUREMENT = Measurement("calls", "how many API calls an environment costs", run)
