"""Where a command writes: results to standard output, progress and errors to standard error.

Nothing that is printed is read as markup: names come from elsewhere, and stay what they are.
A letter that standard output cannot spell is escaped; standard error does that by itself.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper

from rich.console import Console, RenderableType
from rich.text import Text


class Terminal:
    """Both streams of one run; progress shows on a terminal alone and leaves nothing behind."""

    def __init__(self, out: Console | None = None, err: Console | None = None) -> None:
        if out is None and isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")
        self._out = out or Console(highlight=False, markup=False, emoji=False)
        self._err = err or Console(stderr=True, highlight=False, markup=False, emoji=False)

    def show(self, result: RenderableType) -> None:
        """Print a result, fitted to the width of the terminal; nothing of it is cut off."""
        self._out.print(result, crop=False)

    def write(self, text: str) -> None:
        """Write a text as it is: JSON, a workflow, a query."""
        self._out.file.write(text if text.endswith("\n") else f"{text}\n")

    def write_lines(self, lines: Iterable[str]) -> None:
        """Write texts one a line; none of them is no line."""
        for line in lines:
            self.write(line)

    def write_json(self, value: object) -> None:
        """Write a value as JSON in ASCII alone, which every stream takes."""
        self.write(json.dumps(value, indent=2))

    def tell(self, sentence: str) -> None:
        """Tell the person at the terminal something that is no result."""
        self._err.print(Text(sentence), soft_wrap=True)

    @contextmanager
    def waiting(self, what: str) -> Iterator[Callable[[str], None]]:
        """Show that something takes its time; what is yielded says how far it has come."""
        with self._err.status(Text(what)) as status:
            yield lambda sentence: status.update(Text(sentence))
