"""Write figures down: a table for people, JSON for whoever compares runs."""

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.table import Table

from sandbox.bench.figure import Figure
from sandbox.bench.timing import best

Found = Mapping[str, Sequence[Figure]]
"""Figures by the name of their measurement."""

_CPU_INFO = Path("/proc/cpuinfo")


def machine() -> dict[str, Any]:
    """Describe the machine, and how busy it is with other things.

    `reference_ms` is the CPU time of one fixed sum: it rises where cores are shared.
    """
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load": [round(load, 2) for load in os.getloadavg()],
        "reference_ms": round(best(3, sum, range(10**6)) * 1000, 1),
    }


def as_json(found: Found, states: Mapping[str, Any]) -> dict[str, Any]:
    """Return everything as plain data; `states` describe the machine, by measurement."""
    return {
        "states": states,
        "figures": [
            {"measurement": name, **asdict(figure), "kept": figure.is_kept}
            for name, figures in found.items()
            for figure in figures
        ],
    }


def as_table(name: str, figures: Iterable[Figure]) -> Table:
    """Return the figures of one measurement as rows."""
    table = Table(title=name, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for heading in ("figure", "value", "unit", "bound", "", "remark"):
        table.add_column(heading, justify="right" if heading == "value" else "left")
    for figure in figures:
        kept = {None: "", True: "kept", False: "MISSED"}[figure.is_kept]
        value = f"{figure.value:,.4g}" if figure.value < 10_000 else f"{figure.value:,.0f}"
        table.add_row(figure.name, value, figure.unit, figure.bound, kept, figure.remark)
    return table


def _processor() -> str:
    if not _CPU_INFO.exists():
        return platform.processor()
    named = [line for line in _CPU_INFO.read_text().splitlines() if line.startswith("model name")]
    return named[0].partition(":")[2].strip() if named else platform.machine()
