"""Run the main job, or open a shell beside it: `python -m sandbox [shell]`."""

import argparse
import contextlib
import os
import signal
import sys
from pathlib import Path

from yaml import YAMLError

from sandbox.engine import EngineUnavailableError, provide_engine
from sandbox.engine.build import BuildError
from sandbox.seed import Seed, read_seed
from sandbox.shell import open_shell
from sandbox.tour import TourError, run_tour


def main() -> None:
    """Run what the command line asks for; exit status 1 with a sentence where it cannot go on."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["tour", "shell"], default="tour")
    parser.add_argument("--stack", default="prod", choices=["prod", "staging"])
    parser.add_argument(
        "--seed", type=Path, metavar="FILE", help="what both sides of the shell contain already"
    )
    arguments = parser.parse_args()
    seed = _seed(arguments.seed) if arguments.seed else None
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)
    try:
        if arguments.what == "shell":
            open_shell(provide_engine(), arguments.stack, seed)
        else:
            run_tour(provide_engine(), arguments.stack)
    except (BuildError, EngineUnavailableError, TourError) as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit("sandbox: interrupted; nothing was left behind")


def _seed(file: Path) -> Seed:
    try:
        return read_seed(file)
    except (OSError, KeyError, TypeError, ValueError, YAMLError) as problem:
        sys.exit(f"{file}: {problem}. Nothing was started. Name a file that is a seed.")


def _interrupt(*_: object) -> None:
    with contextlib.suppress(OSError):  # the terminal may be gone
        os.write(2, b"\nsandbox: stopping: the engine ends first, which takes some seconds\n")
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
