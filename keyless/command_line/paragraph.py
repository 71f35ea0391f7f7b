"""A paragraph at a terminal that breaks between words alone, and in no code that fits a line.

What is longer than the terminal is wide stays whole and runs over: people copy names.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment

_TOKEN = re.compile(r"[^\s`]*`[^`]*`[^\s`]*|\S+")
_NARROWEST = 20


@dataclass(frozen=True)
class Paragraph:
    """A text behind a head, further lines below the text; `style` is that of the head."""

    text: str
    head: str = ""
    style: str = ""
    text_style: str = ""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines for the width at hand."""
        width = max(options.max_width - len(self.head), _NARROWEST)
        head = Segment(self.head, console.get_style(self.style))
        style = console.get_style(self.text_style)
        for line in _filled(self.text, width):
            yield from (head, Segment(line, style), Segment.line())
            head = Segment(" " * len(self.head))


def _filled(text: str, width: int) -> Iterator[str]:
    line = ""
    for token in _tokens(text, width):
        longer = f"{line} {token}" if line else token
        if line and len(longer) > width:
            yield line
            longer = token
        line = longer
    yield line


def _tokens(text: str, width: int) -> Iterator[str]:
    for token in _TOKEN.findall(text):
        yield from ([token] if len(token) <= width else token.split())
