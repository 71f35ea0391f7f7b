"""End the program with a sentence that a person can act on, and with nothing beside it."""

import sys
from typing import Final, NoReturn

import pulumi

_SAID: Final = 32
"""The status with which the language host adds no "unhandled error" of its own.

Source: `pulumi-language-python-exec` (3.259.0), "exited after showing user actionable message". An
engine that does not know it prints one line more."""

UNJUDGED: Final = (
    "The ✅ of the policy pack says that it was loaded, not that it judged this stack."
)
"""The engine prints the ✅ beside every pack that was loaded and found nothing."""


def end_with(sentence: str) -> NoReturn:
    """Print what is wrong, and what the ✅ beside the pack does not mean; end with a failure."""
    pulumi.log.error(sentence)
    pulumi.log.info(UNJUDGED)
    sys.exit(_SAID)
