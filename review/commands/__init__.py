"""The commands of `python -m review`: one a file, and one line here."""

from review.command import Command
from review.commands.access import ACCESS
from review.commands.audit import AUDIT
from review.commands.drift import DRIFT
from review.commands.rehearse import REHEARSE
from review.commands.trail import TRAIL
from review.commands.workflow import WORKFLOW

COMMANDS: tuple[Command, ...] = (
    ACCESS,
    REHEARSE,
    AUDIT,
    WORKFLOW,
    TRAIL,
    DRIFT,
)
"""Every command, in the order of `--help`."""
