"""Tests of what is shown of text that comes from elsewhere."""

import pytest

from keyless.text.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("repo:acme/app", "repo:acme/app"),
        ("caf\u00e9", "caf\u00e9"),
        ("\x1b[2Ja\nb\x9b", r"\u001b[2Ja\nb\u009b"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("x" * 300, "x" * 300),
        ("x" * 301, "x" * 297 + "..."),
        ("\x00" * 301, (r"\u0000" * 301)[:297] + "..."),
    ],
)
def test_what_could_move_a_cursor_is_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert printable(text).isprintable()


def test_a_limit_of_ones_own() -> None:
    assert printable("abcdefgh", 6) == "abc..."
