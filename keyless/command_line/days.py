"""Read a day that somebody writes behind an option."""

from datetime import UTC, date, datetime

from keyless.command_line.errors import CommandError
from keyless.text.printable import printable


def read_day(option: str, written: str | None) -> date:
    """Return the day that is written, today where none is. Raises CommandError for another text."""
    try:
        return date.fromisoformat(written) if written else datetime.now(UTC).date()
    except ValueError:
        raise CommandError(
            f"{option}: {printable(written or '')} is no day. Time without use is counted from it. "
            "Write it as in 2026-11-30."
        ) from None
