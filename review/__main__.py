"""Name the command that `python -m review` has become; this room goes with version 0.3."""

import sys

sys.stderr.write(
    "python -m review: this command is called keyless now. Nothing was run. "
    f"Write: keyless {' '.join(sys.argv[1:])}".rstrip()
    + "\n"
)
sys.exit(2)
