"""Write what the tests need or what they found: `python -m tests.faults --record | --table`."""

import argparse

from sandbox.engine import provide_engine
from tests.faults.outcomes import gather
from tests.faults.rig import SCENARIOS, open_rig
from tests.faults.table import PAGE, with_tables
from tests.faults.undisturbed import record


def main() -> None:
    """Do the one thing that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--record", action="store_true", help="write down undisturbed runs")
    chosen.add_argument("--table", action="store_true", help="keep outcomes, write the page")
    asked = parser.parse_args()
    if asked.record:
        _record()
    else:
        gather()
        PAGE.write_text(with_tables(PAGE.read_text()))


def _record() -> None:
    with open_rig(provide_engine()) as rig:
        record((name, rig.undisturbed(name)) for name in SCENARIOS)


main()
