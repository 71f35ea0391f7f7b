"""Provide the engine now, so that later commands need not wait: `python -m sandbox.engine`."""

import sys

from sandbox.engine.build import BuildError
from sandbox.engine.provide import EngineUnavailableError, provide_engine

if __name__ == "__main__":
    try:
        provide_engine()
    except (BuildError, EngineUnavailableError) as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit("engine: interrupted; the next run goes on with what is finished")
