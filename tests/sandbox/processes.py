"""Ask after processes that a test did not start itself."""

import os
from pathlib import Path


def is_running(process: int) -> bool:
    """Tell whether `process` runs; one that ended and that nobody asked after does not."""
    try:
        os.kill(process, 0)
        state = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2]
    except (ProcessLookupError, FileNotFoundError):
        return False
    return not state.startswith("Z")
