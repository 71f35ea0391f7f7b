"""The generated pages say what the code says."""

from pathlib import Path

import pytest

from docs.generate import PAGES
from docs.generate.fields import SECTIONS
from docs.generate.outputs import APPROVAL, KEYS, PERMISSIONS, STATEMENTS, sample_access
from docs.generate.presets import EXAMPLES
from keyless.estate.presets import PRESETS
from keyless.estate.reading.schema import stack_schema
from keyless.stack.role import Approval, Permission, Role, Statement


def collapsed(text: str) -> list[str]:
    """Return the words of a text; Python's versions break the lines of a `--help` differently."""
    return text.split()


@pytest.mark.parametrize("file", PAGES, ids=lambda file: str(file.name))
def test_page_is_current(file: Path) -> None:
    written = file.read_text("utf-8")
    assert collapsed(written) == collapsed(PAGES[file]()), "run python -m docs.generate"


def test_every_key_of_the_output_is_described() -> None:
    entry = sample_access()[0]
    assert set(KEYS) == set(entry) == set(Role.model_fields)
    assert set(APPROVAL) == set(entry["approval"]) == set(Approval.model_fields)
    assert set(PERMISSIONS) == set(entry["permissions"][0]) == set(Permission.model_fields)
    (statement, *_) = entry["permissions"][0]["statements"]
    assert set(STATEMENTS) == set(statement) == set(Statement.model_fields)


def test_every_preset_has_an_example() -> None:
    assert set(EXAMPLES) == set(PRESETS)


def test_every_model_is_a_section_or_a_preset() -> None:
    models = set(stack_schema()["$defs"])
    assert models == set(SECTIONS) | {preset.__name__ for preset in PRESETS.values()}
