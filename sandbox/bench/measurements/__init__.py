"""Every measurement, by name, in the order in which they run: the short ones first."""

from sandbox.bench.measurements import calls, checkov, judge, pack, preview, settings, start, up

_ALL = (judge, checkov, settings, start, calls, up, preview, pack)
MEASUREMENTS = {each.MEASUREMENT.name: each.MEASUREMENT for each in _ALL}
