"""The combinations of a matrix, with `include` and `exclude`, and the one that a job runs with.

Source: "Running variations of jobs in a workflow", GitHub Docs.
"""

from collections.abc import Iterable, Mapping
from itertools import product
from math import prod

from keyless.jobs.values import Open, Value
from keyless.jobs.world import Choices

_MOST_COMBINATIONS = 256
"""Jobs that one matrix may make."""

Combination = Mapping[str, Value]


class Matrix:
    """One job's matrix; an entry of it is chosen by the values that expressions ask for."""

    def __init__(self, choices: Choices, job_key: str, content: Value) -> None:
        self._choices = choices
        self._job_key = job_key
        self._left = combinations(content)

    @property
    def is_empty(self) -> bool:
        """Whether no job runs at all."""
        return self._left == []

    def value(self, key: str) -> Value:
        """Return `matrix.KEY` of the chosen combination."""
        if self._left is None:
            return Open(frozenset({f"matrix.{key}"}))
        options = _distinct(_get(combination, key) for combination in self._left)
        if not options:
            return None
        numbers = [float(number) for number in range(len(options))]
        number = self._choices.pick(f"{self._job_key}:matrix:{key.casefold()}", numbers)
        value = options[int(number)] if isinstance(number, float) else None
        self._left = [one for one in self._left if _same(_get(one, key), value)]
        return value


def combinations(content: Value) -> list[Combination] | None:
    """Return the combinations of a matrix; None where the files do not say them."""
    if not isinstance(content, dict):
        return None
    vectors = {key: value for key, value in content.items() if key not in ("include", "exclude")}
    lists = [value if isinstance(value, list) else [_opened(key)] for key, value in vectors.items()]
    if prod(len(values) for values in lists) > _MOST_COMBINATIONS:
        return None
    made = [dict(zip(vectors, values, strict=True)) for values in product(*lists)]
    made = made if vectors else []
    include, exclude = content.get("include") or [], content.get("exclude") or []
    if not isinstance(include, list) or not isinstance(exclude, list):
        return None
    kept = [one for one in made if not any(_fits(one, entry) for entry in exclude)]
    return _included(kept, include, frozenset(vectors))


def _included(
    made: list[dict[str, Value]], include: list[Value], own: frozenset[str]
) -> list[Combination] | None:
    """Add what `include` says: to combinations whose own values stay, or as one more."""
    originals = list(made)
    for entry in include:
        if not isinstance(entry, dict):
            return None
        shared = {key: value for key, value in entry.items() if key in own}
        fitting = [one for one in originals if _fits(one, shared)]
        for one in fitting:
            one.update(entry)
        if not fitting:
            made.append(dict(entry))
    return list(made)


def _fits(combination: Combination, entry: Value) -> bool:
    return isinstance(entry, dict) and all(
        key in combination and _same(combination[key], value) for key, value in entry.items()
    )


def _get(combination: Combination, key: str) -> Value:
    folded = key.casefold()
    return next((v for name, v in combination.items() if name.casefold() == folded), None)


def _same(left: Value, right: Value) -> bool:
    return type(left) is type(right) and left == right


def _distinct(values: Iterable[Value]) -> list[Value]:
    kept: list[Value] = []
    for value in values:
        if not any(_same(value, one) for one in kept):
            kept.append(value)
    return kept


def _opened(key: str) -> Open:
    return Open(frozenset({f"matrix.{key}"}))
