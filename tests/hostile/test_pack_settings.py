"""Settings of the pack that are malformed in every way: a sentence, and every role blocked."""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyless.rules.pack_settings import SettingsError
from policypack.settings import LARGEST_FILE, MOST_SAID, read_settings
from tests.policypack import estate
from tests.policypack.analyzer import Pack
from tests.policypack.in_process import pack_in_process

REAL = {
    "settings": {
        "max_session_minutes": 120,
        "boundaries": ["arn:aws:iam::222222222222:policy/keyless/keyless-boundary"],
        "unreviewed_environments": ["storefront/preview"],
        "managed_policies": [
            {"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess", "roles": ["acme-storefront-audit"]}
        ],
        "write_needs_environment": True,
    },
    "exceptions": [
        {
            "policy": "trust-subject-pinned",
            "type": "aws:iam/role:Role",
            "name": "storefront/whole_repository/read",
            "sha256": "3e7d40eb5d8b9029515c9a5e29a824793094837a18882497f016b8585cb90f42",
            "reason": "A shared role for reading.",
            "approver": "octavia",
            "expires": "2027-03-31",
        }
    ],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pack")


@pytest.fixture(scope="module")
def pack(folder: Path) -> Pack:
    return pack_in_process(folder)


def said_of(pack: Pack, stack: str) -> list[str]:
    """Return what the pack says of the settings, beside a role that is right."""
    found = pack.judge_one(estate.role(), stack)
    assert {violation.level for violation in found} <= {"mandatory", "advisory"}
    return [each.sentence for each in found if each.policy == "trust-readable"]


CONTENTS: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "it is not JSON: Expecting value: line 1 column 1 (char 0)."),
    "half": (b'{"settings": {', "it is not JSON: Expecting property name enclosed in"),
    "no-utf8": (b'{"a": "\xff"}', "it is not JSON: 'utf-8' codec can't decode byte 0xff"),
    "yaml": (b"settings:\n  max: 1\n", "it is not JSON: Expecting value: line 1 column 1"),
    "nested": (b"[" * 200_000, "it is nested too deep for settings."),
    "twice": (b'{"a": 1, "a": 2}', 'duplicate key "a". Readers differ on'),
    "long-number": (
        b'{"settings": {"max_session_minutes": ' + b"9" * 5000 + b"}}",
        "it is not JSON: Exceeds the limit (4300 digits) for integer string conversion",
    ),
    "no-number": (
        b'{"settings": {"max_session_minutes": NaN}}',
        "it is not JSON: NaN is no JSON value. Write one object.",
    ),
    "half-a-letter": (b'{"\\ud800": 1}', "\\ud800: there is no such key."),
    "cursor": (b'{"\\u001b[2J": 1}', "\\u001b[2J: there is no such key."),
    "levels": (b'{"all": "disabled"}', "all: there is no such key."),
    "a-list": (b"[]", "it is no object."),
    "null": (b"null", "it is no object."),
    "large": (b" " * (LARGEST_FILE + 1), f"it is longer than {LARGEST_FILE} bytes."),
}


@pytest.mark.parametrize("stack", CONTENTS)
def test_a_malformed_file_blocks_every_role(pack: Pack, folder: Path, stack: str) -> None:
    content, found = CONTENTS[stack]
    (folder / "config" / f"{stack}.json").write_bytes(content)
    said = said_of(pack, stack)
    assert said
    assert any(f"policypack/config/{stack}.json: {found}" in sentence for sentence in said), said
    assert all(sentence.isprintable() for sentence in said)


def test_the_longest_file_is_read(pack: Pack, folder: Path) -> None:
    (folder / "config" / "longest.json").write_bytes(b"{}".ljust(LARGEST_FILE))
    assert said_of(pack, "longest") == []


def test_what_is_no_file_blocks_every_role(pack: Pack, folder: Path) -> None:
    config = folder / "config"
    (config / "folder.json").mkdir()
    os.mkfifo(config / "pipe.json")
    (config / "circle.json").symlink_to("circle.json")
    (config / "gone.json").symlink_to("nowhere.json")
    for stack, found in {
        "folder": "it is no file. Write a file that contains one object.",
        "pipe": "it is no file. Write a file that contains one object.",
        "circle": "it cannot be read (Too many levels of symbolic links). Write a file.",
        "gone": "it cannot be read (No such file or directory). Write a file.",
    }.items():
        (sentence,) = said_of(pack, stack)
        assert f"policypack/config/{stack}.json: {found}" in sentence


def test_a_stack_named_like_a_path_reads_no_other_file(pack: Pack, folder: Path) -> None:
    (folder / "outside.json").write_text("{")
    assert said_of(pack, "../../outside") == []
    assert said_of(pack, "*") == []


def test_thousands_of_mistakes_are_reported_in_a_few_sentences(pack: Pack) -> None:
    stack = pack.configured({f"key{number}": 1 for number in range(20_000)})
    started = time.monotonic()
    said = said_of(pack, stack)
    assert time.monotonic() - started < 10
    assert len(said) == MOST_SAID + 1
    assert f"{20_000 - MOST_SAID} further errors. Mend the others first." in said[-1]


def reviewed(pack: Pack, stack: str) -> list[str]:
    """Return what the pack says of the exceptions themselves."""
    found = pack.judge_stack(estate.compliant(), stack)
    return [each.sentence for each in found if each.policy == "exceptions-reviewed"]


def test_a_file_full_of_exceptions_is_reported_in_one_sentence(pack: Pack) -> None:
    stack = pack.configured('{"exceptions":[' + ",".join(["{}"] * 300_000) + "]}")
    error = (
        f"policypack/config/{stack}.json: exceptions: there are 300000, and nobody reviews so "
        "many. Keep 2000 at most."
    )
    assert said_of(pack, stack) == [f"UNKNOWN: {error} Until then no role for GitHub passes."]
    assert reviewed(pack, stack) == [f"{error} Until then the strictest settings apply."]


def test_thousands_of_malformed_exceptions_are_reported_in_a_few_sentences(pack: Pack) -> None:
    stack = pack.configured({"exceptions": [*REAL["exceptions"], *["nothing"] * 1999]})
    unused, *malformed, further = reviewed(pack, stack)
    assert "not in use" in unused
    assert malformed == [
        f"exceptions[{number}]: malformed. It is no object. It applies to nothing. Mend it or "
        "remove it."
        for number in range(1, 21)
    ]
    assert further == (
        "exceptions: 1979 further ones are malformed. They apply to nothing. Mend them or remove "
        "them."
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_json_is_read_or_refused_in_sentences(data: st.DataObject) -> None:
    raw: Any = json.loads(json.dumps(REAL))
    for _ in range(data.draw(st.integers(1, 3))):
        owner = data.draw(st.sampled_from([raw, raw.get("settings"), raw.get("exceptions")]))
        if isinstance(owner, list) and owner and isinstance(owner[0], dict):
            owner = data.draw(st.sampled_from([owner, owner[0]]))
        if isinstance(owner, dict) and owner:
            owner[data.draw(st.sampled_from(sorted(owner)) | st.text(max_size=8))] = data.draw(JSON)
        elif isinstance(owner, list):
            owner.append(data.draw(JSON))
    check(json.dumps(raw).encode())


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60) | st.text(alphabet='{}[]":,\\u0nul1e-', max_size=30).map(str.encode))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    check(content)


def check(content: bytes) -> None:
    """Read settings; whatever is said of them is said in sentences."""
    try:
        said = [text for each in read_settings(content).exceptions for text in each.errors]
    except SettingsError as error:
        said = list(error.errors)
    for sentence in said:
        assert sentence.endswith(".")


def test_what_is_read_but_too_deep_to_be_said_is_refused() -> None:
    """Reading and writing JSON give up at different depths, near a thousand."""
    for depth in range(900, 1010):
        value = b"[" * depth + b"]" * depth
        with pytest.raises(SettingsError):
            read_settings(b'{"settings": {"max_session_minutes": ' + value + b"}}")
