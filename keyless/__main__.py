"""Run the review of a stack: `keyless --help`."""

import sys

from keyless.main import main

if __name__ == "__main__":
    sys.exit(main())
