"""How much one entry may say, counted before it is checked: the check takes far longer.

The size of a whole catalogue is bounded where its text is read, in `catalogue` and `yaml_text`.
"""

from collections.abc import Mapping

MOST_ITEMS = 10_000
"""Keys and list items of one entry, at all depths; some 700 environments have as many."""


def is_overfull(raw: object) -> bool:
    """Tell whether plain data has more than MOST_ITEMS, without looking at many more."""
    count, waiting = 0, [raw]
    while waiting:
        value = waiting.pop()
        if not isinstance(value, Mapping | list):
            continue
        count += len(value)
        if count > MOST_ITEMS:
            return True
        waiting.extend(value.values() if isinstance(value, Mapping) else value)
    return False
