"""What ends a review with exit status 2: something that was asked for or handed in is unusable."""


class CommandError(Exception):
    """Say in one sentence what cannot be used, why that matters, and what to do instead."""
