"""Tests of reading YAML as plain data, and of what is refused."""

import contextlib
import time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from keyless.estate.reading.errors import MOST_FOUND
from keyless.estate.reading.yaml_text import read_yaml
from keyless.yaml_nodes import UnreadableYamlError


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("", None),
        ("# nothing", None),
        ("a: {b: [1, -2, 3]}", {"a": {"b": [1, -2, 3]}}),
        ("[true, False, ~, null, 1.5]", [True, False, None, None, 1.5]),
        ("[on, off, yes, no, y, NO]", ["on", "off", "yes", "no", "y", "NO"]),
        ("[2026-01-01, 1:30, 0x1f, 1_000]", ["2026-01-01", "1:30", "0x1f", "1_000"]),
        ("['1', \"true\", '']", ["1", "true", ""]),
        ("a: |\n  1\n", {"a": "1\n"}),
        ("a: &x [b]\nc: *x\n", {"a": ["b"], "c": ["b"]}),
        ("99999999999999999999: a", {"99999999999999999999": "a"}),
        ("1: a", {1: "a"}),
        ("\ufeffa: b", {"a": "b"}),
    ],
)
def test_plain_data_is_read(text: str, content: object) -> None:
    assert read_yaml(text) == content


DEEP = "[" * 60 + "]" * 60
BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 9)
)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "a: 1\nb: 2\na: 3",
            'line 3: duplicate key "a", first in line 1. Readers differ on which of the two '
            "counts. Keep one.",
        ),
        (
            "a:\n  - !!python/name:os.system x",
            'line 2: the tag "tag:yaml.org,2002:python/name:os.system". A tag can run a program. '
            "Leave it out.",
        ),
        (
            "a: !custom {b: 1}",
            'line 1: the tag "!custom". A tag can run a program. Leave it out.',
        ),
        (
            "a: &x\n  b: *x",
            "line 2: the alias *x is inside of its own anchor, or no anchor before "
            "it has this name. It would never end. Write the values out.",
        ),
        (
            "base: &x {a: 1}\nb:\n  <<: *x",
            "line 3: the merge key <<. It hides what an entry says. Write the keys out.",
        ),
        ("? [a]\n: b", "line 1: a list or a mapping as a key. Keys are text. Write a name."),
        (
            DEEP,
            "line 1: nested more than 40 deep. Nothing reads that far down. Write plain entries.",
        ),
        (
            BOMB,
            "line 7: more than 1000000 values, aliases written out. No catalogue needs so much. "
            "Write fewer aliases, or several files.",
        ),
        (
            "a: 1\n---\nb: 2",
            "line 2: a second document begins. Only one is read. Write one file each.",
        ),
        (
            "a: [1",
            "line 2: no YAML (did not find expected ',' or ']'). Nothing of the file can be used. "
            "Mend the line.",
        ),
        (
            "a: b: c",
            "line 1: no YAML (mapping values are not allowed in this context). Nothing of the file "
            "can be used. Mend the line.",
        ),
        (
            "a: \x00",
            "no YAML (unacceptable character #x0000: control characters are not allowed). Nothing "
            "of the file can be used. Save it as plain text.",
        ),
    ],
)
def test_what_is_not_plain_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(UnreadableYamlError) as refused:
        read_yaml(text)
    assert refused.value.sentences == (sentence,)


def test_every_repeated_key_is_named() -> None:
    with pytest.raises(UnreadableYamlError) as refused:
        read_yaml("a: 1\na: 2\nb:\n  c: 1\n  c: 2\n")
    assert [sentence.partition(",")[0] for sentence in refused.value.sentences] == [
        'line 2: duplicate key "a"',
        'line 5: duplicate key "c"',
    ]


def test_deep_nesting_ends_at_once() -> None:
    start = time.process_time()
    with pytest.raises(UnreadableYamlError):
        read_yaml("[" * 1_000_000)
    assert time.process_time() - start < 1


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(max_size=10),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
        max_leaves=10,
    )
)
def test_what_a_yaml_writer_writes_is_read_back(content: object) -> None:
    assert read_yaml(yaml.safe_dump(content)) == content


@given(st.text(max_size=60) | st.text(alphabet="ab:-[]{}&*!?|>\n\t '\"#%@,", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(UnreadableYamlError):
        read_yaml(text)


def test_reading_ends_after_as_many_repeats_as_are_kept() -> None:
    with pytest.raises(UnreadableYamlError) as refused:
        read_yaml("a: 1\n" * 3000 + "[")
    assert len(refused.value.sentences) == MOST_FOUND
