"""A figure that a measurement found, with the bound that it has to keep."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sandbox.bench.sizes import Sizes


class BenchError(Exception):
    """Say which part of a measurement did not run as it must, with what was printed."""


@dataclass(frozen=True)
class Figure:
    """One number. `at_most` and `at_least` are its bound, in the same unit, where it has one."""

    name: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    remark: str = ""

    @property
    def bound(self) -> str:
        """Return the bound as text, empty where there is none."""
        if self.at_most is not None:
            return f"≤ {self.at_most:g}"
        return "" if self.at_least is None else f"≥ {self.at_least:g}"

    @property
    def is_kept(self) -> bool | None:
        """Tell whether the bound is kept, None where there is none."""
        if self.at_most is not None:
            return self.value <= self.at_most
        return None if self.at_least is None else self.value >= self.at_least


@dataclass(frozen=True)
class Measurement:
    """Find figures of one kind; `run` may raise BenchError."""

    name: str
    question: str
    run: Callable[[Sizes], Iterable[Figure]]
