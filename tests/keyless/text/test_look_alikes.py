"""Letters that look like others."""

import pytest

from keyless.text.look_alikes import look_alike
from keyless.text.sentences import quoted


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("storefront-prod", None),
        ("caf\u00e9", None),
        ("\u6771\u4eac", None),
        ("store\u2011front", 'U+2011 looks like "-"'),
        ("st\u043erefront", 'U+043E looks like "o"'),
        ("\u0410CME", 'U+0410 looks like "A"'),
        ("acme\uff11", 'U+FF11 looks like "1"'),
        ("acme\u200b", "U+200B is invisible"),
        ("main\u00a0", 'U+00A0 looks like " "'),
    ],
)
def test_what_is_found(text: str, found: str | None) -> None:
    assert look_alike(text) == found


def test_it_is_said_behind_what_is_quoted() -> None:
    assert quoted("a\u2011b") == '"a\\u2011b" (U+2011 looks like "-")'
    assert quoted("a-b") == '"a-b"'
