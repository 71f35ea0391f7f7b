"""Run the review of a stack: `python -m review --help`."""

import sys

from review.command_line import main

if __name__ == "__main__":
    sys.exit(main())
