"""How long the program's imports take, over those that any such program has.

The bare imports are Pulumi and the two providers' parts that are used; both are timed as CPU time
of fresh interpreters, taking turns.
"""

import statistics
import sys
import tempfile
from collections.abc import Iterator

from sandbox.bench.figure import BenchError, Figure, Measurement
from sandbox.bench.sizes import Sizes
from sandbox.children import run_child
from sandbox.workbench import CHECKOUT

_BARE = "import pulumi, pulumi_aws.iam, pulumi_github"
_OWN = "import components.provision, components.lookups.inspection, keyless.estate.access_output"
_CLOCK = "import time; start = time.process_time(); {}; print(time.process_time() - start)"
_TOUCHED = "; pulumi_aws.iam.Role, pulumi_github.RepositoryEnvironment"


def run(sizes: Sizes) -> Iterator[Figure]:
    """Import both in turn, and compare the medians."""
    bare, own = [], []
    _imported(_BARE + _TOUCHED), _imported(_OWN)
    for _ in range(sizes.starts):
        bare.append(_imported(_BARE + _TOUCHED))
        own.append(_imported(_OWN))
    remark = f"median of {sizes.starts}"
    bare_ms, own_ms = statistics.median(bare) * 1000, statistics.median(own) * 1000
    yield Figure("bare imports", bare_ms, "ms", remark=remark)
    yield Figure("the program's imports", own_ms, "ms", remark=remark)
    yield Figure("program over bare", own_ms / bare_ms, "times")


def _imported(statement: str) -> float:
    with tempfile.TemporaryDirectory(prefix="keyless-bench-") as folder:
        ended = run_child(
            [sys.executable, "-c", _CLOCK.format(statement)],
            cwd=CHECKOUT,
            env={"HOME": folder, "LANG": "C.UTF-8"},
        )
    if ended.returncode != 0:
        raise BenchError(f"bench: `{statement}` failed:\n{ended.stdout}")
    return float(ended.stdout)


MEASUREMENT = Measurement("start", "how long the program's imports take", run)
