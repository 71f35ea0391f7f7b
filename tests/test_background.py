"""`make test &`: a shell has everything that it starts in the background ignore an interruption."""

import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
INTERRUPTS = "tests/sandbox/test_children.py"


def test_tests_that_interrupt_pass_where_interruptions_are_ignored() -> None:
    pytest = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", INTERRUPTS)
    ended = subprocess.run(
        ["/bin/sh", "-c", 'trap "" INT; exec "$@"', "sh", *pytest],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
