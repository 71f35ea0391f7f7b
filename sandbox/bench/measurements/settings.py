"""How long a large stack's config takes to be read and checked, catalogue file included."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from keyless.estate.reading import read_settings
from sandbox.bench.estate import STACK, catalogue, stack_config, write_project
from sandbox.bench.figure import Figure, Measurement
from sandbox.bench.sizes import Sizes
from sandbox.bench.timing import best

_TRIES = 3


def run(sizes: Sizes) -> Iterator[Figure]:
    """Read a catalogue of one repository each environment, from its file and from plain data."""
    remark = f"{sizes.repositories} repositories, the best of {_TRIES}"
    with tempfile.TemporaryDirectory(prefix="keyless-bench-") as folder:
        root = Path(folder)
        write_project(root, sizes.repositories)

        def read(config: dict[str, object]) -> None:
            read_settings(config, stack=STACK, root=root)

        from_file = best(_TRIES, read, stack_config())
        inline = {**stack_config(), "keyless:repositories": catalogue(sizes.repositories)}
        del inline["keyless:catalogue"]
        from_data = best(_TRIES, read, inline)
    yield Figure("from a catalogue file", from_file, "s", at_most=1, remark=remark)
    yield Figure("from plain data", from_data, "s", remark=remark)


MEASUREMENT = Measurement("settings", "how long a stack's config takes to be checked", run)
