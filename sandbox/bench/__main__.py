"""Run measurements: `python -m sandbox.bench [NAME …] [--small] [--json FILE]`."""

import argparse
import json
import signal
import sys
from pathlib import Path
from typing import Any

from rich.console import Console

from sandbox.bench.figure import BenchError, Figure
from sandbox.bench.measurements import MEASUREMENTS
from sandbox.bench.report import as_json, as_table, machine
from sandbox.bench.sizes import FULL, SMALL
from sandbox.engine import EngineUnavailableError
from sandbox.engine.build import BuildError


def main() -> None:
    """Print a table for each measurement; exit status 1 where a bound is missed."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASUREMENTS))
    parser.add_argument("--small", action="store_true", help="try the code with small sizes")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to FILE, too")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.names) - set(MEASUREMENTS))
    if unknown:
        parser.error(f"{unknown[0]}: no such measurement. Name some of {', '.join(MEASUREMENTS)}.")
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        run(arguments.names or list(MEASUREMENTS), small=arguments.small, file=arguments.json)
    except (BenchError, BuildError, EngineUnavailableError) as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit("bench: interrupted; nothing was left behind")


def run(names: list[str], *, small: bool, file: Path | None) -> None:
    """Run some measurements one after the other, and write the figures down as they come."""
    console = Console(highlight=False)
    console.print(", ".join(f"{key}: {value}" for key, value in machine().items()), "\n")
    found: dict[str, list[Figure]] = {}
    states: dict[str, dict[str, Any]] = {}
    for name in names:
        measurement = MEASUREMENTS[name]
        found[name] = []
        states[name] = {"started": machine()}
        for figure in measurement.run(SMALL if small else FULL):
            found[name].append(figure)
            sys.stderr.write(f"{name}: {figure.name}: {figure.value:.4g} {figure.unit}\n")
            states[name]["ended"] = machine()
            if file:
                file.write_text(json.dumps(as_json(found, states), indent=2) + "\n")
        console.print(as_table(f"{name}: {measurement.question}", found[name]), "")
    if not small and any(f.is_kept is False for figures in found.values() for f in figures):
        sys.exit("bench: a bound is missed")


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
