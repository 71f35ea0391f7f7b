"""Say now and then that a silent command goes on: `python -m sandbox.waiting WHAT COMMAND…`.

Used before anything is installed, so it needs Python alone.
"""

import subprocess
import sys
import time

EVERY_SECONDS = 15.0


def wait(process: "subprocess.Popen[bytes]", what: str) -> None:
    """Wait for the end of a process, and print `WHAT: still running, 15 s` until it comes."""
    began = time.monotonic()
    while process.poll() is None:
        try:
            process.wait(EVERY_SECONDS)
        except subprocess.TimeoutExpired:
            print(f"{what}: still running, {time.monotonic() - began:.0f} s", flush=True)  # noqa: T201


def main() -> None:
    """Run a command and end with its status."""
    what, *command = sys.argv[1:]
    with subprocess.Popen(command) as process:
        try:
            wait(process, what)
        except KeyboardInterrupt:  # the command has been interrupted, too
            process.wait()
    sys.exit(process.returncode)


if __name__ == "__main__":
    main()
