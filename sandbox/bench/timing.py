"""Take times, and say what lies in the middle and at the end of many.

What one process does alone is measured in CPU time: on an idle machine that is the time it takes,
and on a busy one the others' work is not counted.
"""

import math
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

_Given = TypeVar("_Given")


def cpu_seconds(action: Callable[[_Given], object], given: _Given) -> float:
    """Return the CPU time that `action` takes with what it is given."""
    start = time.process_time()
    action(given)
    return time.process_time() - start


def best(times: int, action: Callable[[_Given], object], given: _Given) -> float:
    """Return the shortest CPU time of several calls."""
    return min(cpu_seconds(action, given) for _ in range(times))


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` of all values do not exceed (nearest rank)."""
    return sorted(values)[math.ceil(share * len(values)) - 1]
