"""Ask `pulumi` for what it knows of a stack; nothing here changes a stack."""

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence

from keyless.command_line.errors import CommandError
from keyless.text.printable import printable
from keyless.text.sentences import quoted


def stack_label(stack: str | None) -> str:
    """Name a stack in sentences; None is the one that is selected in this folder."""
    return "the selected stack" if stack is None else f"stack {printable(stack)}"


def command_line(command: Sequence[str], stack: str | None) -> list[str]:
    """Return the words of a command that only reads, such as `stack export`."""
    return ["pulumi", *command, "--non-interactive", *(("--stack", stack) if stack else ())]


def ask_pulumi(
    command: Sequence[str], stack: str | None, environment: Mapping[str, str] | None = None
) -> bytes:
    """Run a command that only reads and return what it printed.

    Raises CommandError where there is no `pulumi`, or where the command fails.
    """
    words = command_line(command, stack)
    label = stack_label(stack)
    try:
        ended = subprocess.run(
            words,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise CommandError(
            f'{label}: "pulumi" is not on PATH. The stack can only be asked through it. '
            "Install Pulumi, or hand in what it printed elsewhere with --from FILE."
        ) from None
    if ended.returncode != 0:
        raise CommandError(
            f"{label}: `{shlex.join(words)}` ended with status {ended.returncode}"
            f"{_last_line(ended.stderr)}. Without it there is nothing to review. Make that "
            "command work, or hand in what it printed elsewhere with --from FILE."
        )
    return ended.stdout


def _last_line(said: bytes) -> str:
    lines = [line.strip() for line in said.decode(errors="replace").splitlines()]
    last = next((line for line in reversed(lines) if line), "")
    return f": {quoted(last.rstrip('.'), 300)}" if last else ""
