"""One stack file and its catalogue as people write them, for tests to spoil."""

import json
from collections.abc import Mapping
from pathlib import Path

from keyless.estate.reading import SettingsError, read_settings
from keyless.estate.reading.yaml_text import read_yaml

_HERE = Path(__file__).parent
STACK = (_HERE / "stack.yaml").read_text()
ESTATE = (_HERE / "estate.yaml").read_text()


def errors(root: Path, stack: str = STACK, estate: str | bytes = ESTATE) -> tuple[str, ...]:
    """Read a stack file and a catalogue the way Pulumi hands them over; none where all is well."""
    content = estate if isinstance(estate, bytes) else estate.encode()
    (root / "estate.yaml").write_bytes(content)
    return errors_of_config(handed_over(read_yaml(stack)), root)


def errors_of_config(config: Mapping[str, object], root: Path) -> tuple[str, ...]:
    """Return every sentence about a config; whatever else is raised is a defect."""
    try:
        read_settings(config, stack="prod", root=root)
    except SettingsError as error:
        return error.errors
    return ()


def handed_over(stack: object) -> dict[str, str]:
    """Turn a stack file into what a program gets: texts, and JSON for everything else."""
    assert isinstance(stack, dict)
    return {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in stack["config"].items()
    }
