"""Write the bill of materials: every locked Python package with its hashes, as CycloneDX."""

import json
from typing import Any

from sandbox.supply.tools import UncheckedError, python_tool, run
from sandbox.workbench import CHECKOUT

BILL = CHECKOUT / "build" / "sbom.json"


def write_bill() -> tuple[list[str], str]:
    """Write `build/sbom.json`, the same for the same packages; return no advisories and a summary.

    Raises UncheckedError where the bill does not list every locked package.
    """
    BILL.parent.mkdir(exist_ok=True)
    command = [python_tool("cyclonedx-py"), "requirements", "requirements.txt"]
    options = ["--output-format", "JSON", "--output-reproducible", "--output-file", str(BILL)]
    run([*command, *options], "the bill of materials cannot be written")
    bill: dict[str, Any] = json.loads(BILL.read_text())
    locked = (CHECKOUT / "requirements.txt").read_text().count("==")
    listed = len(bill.get("components", []))
    if listed != locked:
        raise UncheckedError(
            f"the bill lists {listed} of {locked} locked packages, and what it leaves out is in no "
            "other: see what cyclonedx-py says of requirements.txt"
        )
    return [], f"{listed} packages listed in {BILL.relative_to(CHECKOUT)}"
