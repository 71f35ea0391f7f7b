"""How long one trust policy takes to judge: usual ones, and the worst of hostile ones."""

from collections.abc import Iterator

from keyless.trust import judge
from sandbox.bench.documents import KINDS, hostile_documents, usual_document
from sandbox.bench.figure import Figure, Measurement
from sandbox.bench.sizes import Sizes
from sandbox.bench.timing import best, cpu_seconds, percentile

_WARM_UP = 40
_TRIES = 3


def run(sizes: Sizes) -> Iterator[Figure]:
    """Judge each usual document once, and each hostile one three times, of which the best counts.

    No usual document comes twice, since nothing that is remembered of one may help.
    """
    for kind in KINDS:
        for number in range(_WARM_UP):
            judge(usual_document(kind, 10**9 + number))
        usual = [usual_document(kind, number) for number in range(sizes.documents)]
        times = [cpu_seconds(judge, text) * 1000 for text in usual]
        remark = f"{len(usual)} different documents"
        yield Figure(f"{kind}, median", percentile(times, 0.5), "ms", at_most=0.3, remark=remark)
        yield Figure(f"{kind}, p99", percentile(times, 0.99), "ms", at_most=1, remark=remark)
    hostile = {name: best(_TRIES, judge, document) * 1000 for name, document in hostile_documents()}
    worst = max(hostile, key=lambda name: hostile[name])
    remark = f"{worst}; of {len(hostile)}, each the best of {_TRIES}"
    yield Figure("hostile, worst", hostile[worst], "ms", at_most=1000, remark=remark)


MEASUREMENT = Measurement("judge", "how long one trust policy takes", run)
