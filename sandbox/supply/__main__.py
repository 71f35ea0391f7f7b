"""Check what the project is made of: `python -m sandbox.supply packages | engine | sbom`.

pip-audit, govulncheck and the CycloneDX tools report by themselves. Status 0: all was checked, and
nothing is known. What a tool finds, cannot check or leaves out ends with another status.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from sandbox.engine import provide_engine
from sandbox.engine.build import find_go
from sandbox.sample import CHECKOUT

LOCKS = tuple(sorted(CHECKOUT.glob("requirements*.txt")))
"""Every file that pins Python packages: the project's own, and those of the tools beside it."""

BILLS = CHECKOUT / "build" / "sbom"
TOOLS = CHECKOUT / ".venv-audit" / "bin"
_GO_TOOLS = {
    "govulncheck": "golang.org/x/vuln/cmd/govulncheck",
    "cyclonedx-gomod": "github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod",
}


def packages() -> None:
    """Hold each lock against PyPI's advisories; a package that is not found is a failure, too."""
    options = ["--strict", "--require-hashes", "--disable-pip", "--progress-spinner", "off"]
    for lock in LOCKS:
        run([TOOLS / "pip-audit", *options, "--requirement", lock])


def engine() -> None:
    """Hold the modules in each program of the engine against Go's advisories."""
    for program in programs():
        run([*go_tool("govulncheck"), "-mode=binary", program])


def sbom() -> None:
    """Write a CycloneDX bill for each lock and each program of the engine, the same each time."""
    BILLS.mkdir(parents=True, exist_ok=True)
    for lock in LOCKS:
        bill = BILLS / f"{lock.stem}.json"
        options = ["--output-format", "JSON", "--output-reproducible", "--output-file", str(bill)]
        run([TOOLS / "cyclonedx-py", "requirements", lock, *options])
        require_all(bill, pins(lock))
    for program in programs():
        bill = BILLS / f"{program.name}.json"
        options = ["-json", "-noserial", "-notimestamp", "-output", str(bill)]
        run([*go_tool("cyclonedx-gomod"), "bin", *options, program])
        printed = subprocess.check_output([go(), "version", "-m", program], text=True)
        require_all(bill, printed.count("\n\tdep\t"))


ACTS = {"packages": packages, "engine": engine, "sbom": sbom}


def programs() -> list[Path]:
    """Return the programs of the engine; it is built first if need be."""
    built = provide_engine()
    names = ("pulumi", "pulumi-language-python")
    return [*map(built.pulumi.joinpath, names), built.github_provider / "pulumi-resource-github"]


def pins(lock: Path) -> int:
    """Count the packages that a file pins."""
    return sum("==" in line for line in lock.read_text().splitlines() if line[:1].isalnum())


def require_all(bill: Path, expected: int) -> None:
    """End with a sentence where a bill lists another number of parts than expected."""
    listed = len(json.loads(bill.read_text()).get("components", []))
    if listed != expected:
        sys.exit(
            f"{bill.name} lists {listed} of {expected} parts, and what it leaves out is in no other"
            " bill: see what the tool says of them"
        )


def go() -> str:
    """Return the path of a Go that is new enough, or end with a sentence."""
    return find_go() or sys.exit("there is no Go to read modules with: install Go 1.26 or later")


def go_tool(name: str) -> list[str | Path]:
    """Return the command that runs a tool of the module in the folder of its name."""
    return [go(), "run", "-C", Path(__file__).parent / name, "-mod=readonly", _GO_TOOLS[name]]


def run(command: Sequence[str | Path]) -> None:
    """Run a tool, which prints what it finds, and end with status 1 where it does not end well."""
    ended = subprocess.run(command, env={**os.environ, "GOTOOLCHAIN": "local"}, check=False)
    if ended.returncode != 0:
        sys.exit(f"{Path(command[0]).name} ended with status {ended.returncode}: read it above")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m sandbox.supply", description=__doc__)
    parser.add_argument("act", choices=ACTS)
    ACTS[parser.parse_args().act]()
