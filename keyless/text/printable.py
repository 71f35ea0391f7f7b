"""Show text that comes from elsewhere so that it leaves a terminal as it is."""

import json


def printable(text: str, longest: int = 300) -> str:
    """Escape what could move a cursor or turn text around, and cut at `longest` characters."""
    shown = text[: longest + 1]
    if not shown.isprintable():
        shown = "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in shown)
    return shown if len(shown) <= longest else f"{shown[: longest - 3]}..."
