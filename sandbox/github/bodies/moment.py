"""Write points in time."""

from datetime import UTC, datetime


def moment(at: datetime) -> str:
    """Return a time as the API writes it: UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
