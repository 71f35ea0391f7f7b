"""The file for an audit folder."""

import re

from keyless.access_map.evidence import CONTROLS, NOT_SHOWN
from keyless.access_map.markdown import as_markdown
from tests.keyless.access_map.made import MADE, both_stacks, hostile_source, source_of
from tests.keyless.data import entries
from tests.keyless.golden import assert_golden


def rows(text: str, heading: str) -> list[list[str]]:
    """Return the cells of the table below a heading, split at pipes that are not escaped."""
    table = text.partition(f"## {heading}\n\n")[2].partition("\n\n")[0].splitlines()
    return [re.split(r"(?<!\\) ?\| ?", line)[1:-1] for line in table]


def test_sample_estate() -> None:
    assert_golden("access.md", as_markdown(both_stacks(), MADE))


def test_every_control_has_evidence() -> None:
    made = rows(as_markdown(both_stacks(), MADE), "Controls")
    assert [row[1] for row in made[2:]] == [control.id for control in CONTROLS]
    assert all(cell for row in made for cell in row)


def test_limits_are_said() -> None:
    text = as_markdown(both_stacks(), MADE)
    assert all(f"- {line}\n" in text for line in NOT_SHOWN)


def test_preview_is_no_evidence() -> None:
    text = as_markdown([source_of(entries(), "prod.json", "preview")], MADE)
    assert (
        "**Made from a preview: planned, not in force. This file is no evidence of what is.**"
    ) in text
    assert "no evidence of what is" not in as_markdown(both_stacks(), MADE)


def test_no_findings() -> None:
    text = as_markdown([source_of(entries()[:1], "prod.json")], MADE)
    assert "## Findings\n\nNone found.\n" in text


def test_names_make_no_markup() -> None:
    text = as_markdown([hostile_source()], MADE)
    assert {len(row) for row in rows(text, "Roles")} == {8}
    bare = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)|\\.", "", text.replace("<br>", ""))
    assert not re.search(r"[<>\[\]$~]|https?://|www\.", bare)
