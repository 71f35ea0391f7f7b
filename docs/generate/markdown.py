"""The few forms of Markdown that generated pages are made of."""

from collections.abc import Iterable, Sequence


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; what stands in a cell cannot end it."""
    return "\n".join(map(_line, [columns, ["---"] * len(columns), *rows]))


def code(text: str) -> str:
    """Return a code span."""
    return f"`{text}`"


def block(text: str, language: str) -> str:
    """Return a fenced block."""
    return f"```{language}\n{text.rstrip()}\n```"


def joined(parts: Iterable[str]) -> str:
    """Return a page of these paragraphs; empty ones are left out."""
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"
