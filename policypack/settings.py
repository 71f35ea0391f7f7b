"""The file with the pack's settings of one stack, `config/STACK.json`, with its exceptions.

The pack reads them by itself: what Pulumi passes to a pack can switch mandatory policies off, so
nothing here listens to it. A stack without a file has the strictest settings; a file that is
malformed has them too, and every role is blocked until it is right. `settings.schema.json` beside
this file describes it for editors (`python -m policypack.settings`). No Pulumi import here.
"""

import json
from functools import cache
from pathlib import Path
from stat import S_ISREG

from pydantic import Field, StrictStr

from keyless.rules.exceptions import AuditedException, ExceptionEntry, read_exception
from keyless.rules.issuers import settings_for
from keyless.rules.pack_settings import (
    MOST_EXCEPTIONS,
    Model,
    Settings,
    SettingsError,
    read_settings_file,
    settings_path,
)

CONFIG = Path(__file__).parent / "config"
SCHEMA = Path(__file__).parent / "settings.schema.json"

LARGEST_FILE = 1_000_000
"""Bytes of a settings file: some 2,000 exceptions."""

MOST_SAID = 20
"""So many errors of a file are said, each of them for every role of the stack."""


class Configured(Settings):
    """The settings of a file, its exceptions, and what is wrong with it."""

    exceptions: tuple[AuditedException, ...] = ()
    errors: tuple[str, ...] = ()
    """With any of these, a sentence each, everything else is at its strictest."""


class _File(Model):
    """What a file contains, for the schema alone; its exceptions are read one by one."""

    schema_: StrictStr = Field(default="", alias="$schema")
    settings: Settings = Settings()
    exceptions: tuple[ExceptionEntry, ...] = Field(default=(), max_length=MOST_EXCEPTIONS)


@cache
def settings_of(stack: str) -> Configured:
    """Return the settings of a stack; a stack's name only ever picks a file of the folder."""
    file = next((path for path in CONFIG.glob("*.json") if path.name == f"{stack}.json"), None)
    if file is None:
        return Configured()
    try:
        return read_settings(_content(file))
    except SettingsError as error:
        said = error.errors[:MOST_SAID]
        if further := len(error.errors) - len(said):
            said += (f"{further} further errors. Mend the others first.",)
        return Configured(errors=tuple(f"{settings_path(file.stem)}: {text}" for text in said))


WHOSE = {"issuers": "your GitHub", "other_issuers": "another vendor's"}


def where_to_list(issuer: str) -> str:
    """Say under which settings an issuer may be listed, and whose it is then; empty for none."""
    return ", ".join(f"under {key} if it is {WHOSE[key]}" for key in settings_for(issuer))


def _content(file: Path) -> bytes:
    """Read a file; a pipe or a device, which might never end, is refused before it is opened."""
    try:
        if not S_ISREG(file.stat().st_mode):
            raise SettingsError(("it is no file. Write a file that contains one object.",))
        with file.open("rb") as opened:
            content = opened.read(LARGEST_FILE + 1)
    except OSError as error:
        raise SettingsError((f"it cannot be read ({error.strerror}). Write a file.",)) from error
    if len(content) > LARGEST_FILE:
        raise SettingsError((f"it is longer than {LARGEST_FILE} bytes. Write fewer settings.",))
    return content


def read_settings(content: bytes) -> Configured:
    """Read settings and exceptions out of a file's content.

    An exception that is malformed in itself is kept beside its errors and applies to nothing.
    Raises SettingsError with every other error at once.
    """
    file = read_settings_file(content)
    return Configured.model_construct(
        **dict(file.settings), exceptions=tuple(map(read_exception, file.exceptions))
    )


def schema() -> str:
    """Return the text of the JSON Schema of a settings file."""
    described = _File.model_json_schema(by_alias=True)
    described["$schema"] = "http://json-schema.org/draft-07/schema#"
    described["title"] = "Settings of the policy pack"
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(schema(), "utf-8")
