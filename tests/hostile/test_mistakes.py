"""Mistakes that people make in a stack file or a catalogue: everything that is said of each."""

from pathlib import Path
from typing import Any

import pytest

from keyless.estate.reading.yaml_text import read_yaml
from tests.hostile.sample import ESTATE, STACK, errors

MISTAKES: Any = read_yaml((Path(__file__).parent / "mistakes.yaml").read_text())


def test_the_sample_has_none(tmp_path: Path) -> None:
    assert errors(tmp_path) == ()


def test_each_mistake_stands_once_in_the_table() -> None:
    written = [(each["instead_of"], each["written"]) for each in MISTAKES]
    assert len(set(written)) == len(written) == len({each["mistake"] for each in MISTAKES})
    assert len(written) >= 60


@pytest.mark.parametrize("mistake", MISTAKES, ids=[each["mistake"] for each in MISTAKES])
def test_what_is_said(tmp_path: Path, mistake: dict[str, Any]) -> None:
    old, new = mistake["instead_of"], mistake["written"]
    assert old in STACK + ESTATE
    stack = STACK.replace(old, new, 1)
    estate = ESTATE if old in STACK else ESTATE.replace(old, new, 1)
    assert list(errors(tmp_path, stack, estate)) == mistake["said"]
