"""Read a stack file by itself: no engine, no network, and nothing decrypted."""

from pathlib import Path

from keyless.command_line.errors import CommandError
from keyless.command_line.input_file import file_label
from keyless.estate.reading import SettingsError, read_settings
from keyless.estate.reading.stack_file import read_stack_file
from keyless.estate.settings import Settings

_NAME = "Pulumi."


def settings_of(name: str, stack: str | None) -> Settings:
    """Return what a stack file says; `stack` is its stack, by default the one in its name.

    Raises CommandError with everything that is wrong.
    """
    label, file = file_label(name), Path(name)
    own = file.stem.removeprefix(_NAME) if file.stem.startswith(_NAME) else None
    if stack is None and own is None:
        raise CommandError(
            f"{label}: not named Pulumi.STACK.yaml. Variables of the repository carry the stack's "
            "name. Write --stack NAME."
        )
    try:
        found = read_stack_file(file, label)
        return read_settings(
            found.config, stack=stack or own or "", root=file.parent, secret_keys=found.secret_keys
        )
    except SettingsError as error:
        raise CommandError("\n".join(error.errors)) from None
