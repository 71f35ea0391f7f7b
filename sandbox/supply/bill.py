"""Write what the project is made of as CycloneDX: its Python packages, and its engine's Go modules.

A bill for each lock file, and one for each program of the engine, from the list of modules that
every Go program carries. The same parts give the same bills, so that two can be compared.
"""

import json
from pathlib import Path

from sandbox.supply.modules import engine_programs, read_modules
from sandbox.supply.tools import LOCKS, UncheckedError, go, go_tool, pins, python_tool, run
from sandbox.workbench import CHECKOUT

BILLS = CHECKOUT / "build" / "sbom"
_LISTER = "github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod"


def write_bills() -> tuple[list[str], str]:
    """Write `build/sbom/`; return no advisories and a summary.

    Raises UncheckedError where a bill does not list everything.
    """
    BILLS.mkdir(parents=True, exist_ok=True)
    packages, modules = sum(map(_list_packages, LOCKS)), _list_modules()
    where = BILLS.relative_to(CHECKOUT)
    return [], f"{packages} pins of packages and {modules} modules of Go listed in {where}"


def check(bill: Path, expected: int) -> int:
    """Return how many parts a bill lists.

    Raises UncheckedError where that is none, or another number than expected.
    """
    listed = len(json.loads(bill.read_text()).get("components", []))
    if not listed or listed != expected:
        raise UncheckedError(
            f"{bill.name} lists {listed} of {expected} parts, and what it leaves out is in no other"
            " bill: see what the tool says of them"
        )
    return listed


def _list_packages(lock: Path) -> int:
    bill = BILLS / f"{lock.stem}.json"
    command = [python_tool("cyclonedx-py"), "requirements", str(lock)]
    options = ["--output-format", "JSON", "--output-reproducible", "--output-file", str(bill)]
    run([*command, *options], f"the bill of {lock.name} cannot be written")
    return check(bill, pins(lock))


def _list_modules() -> int:
    listed = 0
    with go_tool("cyclonedx-gomod", _LISTER) as tool:
        for program in engine_programs():
            bill = BILLS / f"{program.name}.json"
            options = ["-json", "-noserial", "-notimestamp", "-output", str(bill)]
            run([tool, "bin", *options, str(program)], f"the bill of {program.name} is not written")
            printed = run([go(), "version", "-m", str(program)], f"{program.name} is not read")
            listed += check(bill, len(read_modules(printed)))
    return listed
