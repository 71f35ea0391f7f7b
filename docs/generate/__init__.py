"""The reference pages that are written out of the code: `python -m docs.generate`.

One page a module, each a function without arguments that returns Markdown. The page of policies is
written by `policypack.reference`, beside what it describes.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from docs.generate import commands, outputs, presets, settings

FOLDER = Path(__file__).parents[1]

PAGES: Mapping[Path, Callable[[], str]] = {
    FOLDER / "settings.md": settings.page,
    FOLDER / "presets.md": presets.page,
    FOLDER / "outputs.md": outputs.page,
    FOLDER / "commands.md": commands.page,
}
"""Every generated page of this package, by its file."""
