"""The files of the made company, where they are: in a fork `keyless init` has put them aside.

The sandbox, the pages and the tests are about that company for good. A fork's own stack files and
settings take its place at the top of the project, and the sample's are in `sandbox/sample` then.
"""

from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
KEPT = CHECKOUT / "sandbox" / "sample"


def sample_file(name: str) -> Path:
    """Return where a file of the sample is; `name` is its path in a fresh clone."""
    kept = KEPT / name
    return kept if kept.is_file() else CHECKOUT / name


def sample_files(pattern: str) -> list[Path]:
    """Return the files of the sample that fit a pattern below a fresh clone, by name."""
    return [sample_file(str(file.relative_to(CHECKOUT))) for file in sorted(CHECKOUT.glob(pattern))]
