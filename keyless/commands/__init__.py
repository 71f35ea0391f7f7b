"""The commands of `keyless`: one a file, and one line here."""

from keyless.command_line.command import Command
from keyless.commands.access import ACCESS
from keyless.commands.audit import AUDIT
from keyless.commands.drift import DRIFT
from keyless.commands.rehearse import REHEARSE
from keyless.commands.trail import TRAIL
from keyless.commands.workflow import WORKFLOW

COMMANDS: tuple[Command, ...] = (
    ACCESS,
    REHEARSE,
    AUDIT,
    WORKFLOW,
    TRAIL,
    DRIFT,
)
"""Every command, in the order of `--help`."""
