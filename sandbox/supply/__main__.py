"""Check what the project is made of: `python -m sandbox.supply packages | engine | sbom`.

Exit status 0: all was checked, nothing is known. 1: an advisory is known. 2: something could not be
checked, which is never taken for good news.
"""

import argparse
import sys

from sandbox.engine.build import BuildError
from sandbox.engine.provide import EngineUnavailableError
from sandbox.supply.bill import write_bills
from sandbox.supply.modules import audit_engine
from sandbox.supply.packages import audit_packages
from sandbox.supply.tools import UncheckedError

_ACTS = {"packages": audit_packages, "engine": audit_engine, "sbom": write_bills}


def main() -> None:
    """Run one check, and print a line for each advisory."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.supply", description=__doc__)
    parser.add_argument("act", choices=_ACTS)
    act = parser.parse_args().act
    try:
        advisories, summary = _ACTS[act]()
    except (UncheckedError, BuildError, EngineUnavailableError) as problem:
        sys.stderr.write(f"{act}: {problem}\n")
        sys.exit(2)
    for advisory in advisories:
        sys.stdout.write(f"{advisory}\n")
    sys.stdout.write(f"{act}: {summary}\n")
    sys.exit(1 if advisories else 0)


if __name__ == "__main__":
    main()
