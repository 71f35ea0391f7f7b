"""Catalogue files that are no catalogue: refused in a sentence, soon, and in little memory."""

import os
import re
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from keyless.estate.reading import read_settings
from keyless.estate.reading.catalogue import LARGEST_FILE, read_catalogue
from keyless.estate.reading.errors import MOST_FOUND, MOST_SAID, SettingsError
from keyless.estate.reading.size import MOST_ITEMS
from keyless.estate.reading.yaml_text import PLAIN_DATA, read_yaml
from tests.hostile.sample import STACK, errors, errors_of_config, handed_over

NAME = "estate.yaml"
LOST = "Its repositories would lose their access. Write the path of an existing file."
SECONDS = 20.0
"""CPU time for the worst file of the largest size; a usual one takes a hundredth of it."""


def refusal(root: Path, name: str = NAME) -> str:
    """Return the one sentence about a file."""
    with pytest.raises(SettingsError) as refused:
        read_catalogue(root, name)
    (sentence,) = refused.value.errors
    return sentence


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / NAME)
    assert refusal(tmp_path) == (
        f'keyless:catalogue: "estate.yaml" cannot be read (Not a regular file). {LOST}'
    )


def test_a_device_is_not_read_to_its_end(tmp_path: Path) -> None:
    (tmp_path / NAME).symlink_to("/dev/zero")
    assert refusal(tmp_path) == (
        'keyless:catalogue: "estate.yaml" lies outside the project. A stack must mean the same on '
        "every machine. Write a path relative to Pulumi.yaml."
    )


def test_links_in_a_circle_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / NAME).symlink_to("other.yaml")
    (tmp_path / "other.yaml").symlink_to(NAME)
    assert refusal(tmp_path) == (
        'keyless:catalogue: "estate.yaml" cannot be read (Too many levels of symbolic links). '
        f"{LOST}"
    )


def test_a_link_within_the_project_is_followed(tmp_path: Path) -> None:
    (tmp_path / NAME).symlink_to("real.yaml")
    (tmp_path / "real.yaml").write_text("repositories: {}")
    assert read_catalogue(tmp_path, NAME) == {}


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    assert refusal(tmp_path) == (
        f'keyless:catalogue: "estate.yaml" cannot be read (Is a directory). {LOST}'
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("\ud800.yaml", '"\\ud800.yaml"'),
        ("a\nb.yaml", '"a\\nb.yaml"'),
        ("a\0b", '"a\\u0000b"'),
        ("\x1b[2J.yaml", '"\\u001b[2J.yaml"'),
        ("\u202elmay.yaml", '"\\u202elmay.yaml"'),
    ],
)
def test_names_that_no_path_has(tmp_path: Path, name: str, shown: str) -> None:
    assert refusal(tmp_path, name) == (
        f"keyless:catalogue: {shown} is no path. Nothing can be read there. Write the path of an "
        "existing file."
    )


@pytest.mark.parametrize("name", ["x" * 300, "a/" * 3000])
def test_names_longer_than_any(tmp_path: Path, name: str) -> None:
    assert refusal(tmp_path, name).endswith(f"... cannot be read (File name too long). {LOST}")


def test_fifty_megabytes_are_not_read(tmp_path: Path) -> None:
    with (tmp_path / NAME).open("wb") as file:
        file.truncate(50_000_000)
    tracemalloc.start()
    try:
        assert refusal(tmp_path) == (
            f"estate.yaml: more than {LARGEST_FILE} bytes. So large a file is no catalogue, or "
            "should be several. Split it by team."
        )
        assert tracemalloc.get_traced_memory()[1] < 3 * LARGEST_FILE
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"repositories:\n  caf\xe9: {id: 1}\n", "line 2: byte 0xe9 is no UTF-8."),
        ("repositories: {}".encode("utf-16"), "line 1: byte 0xff is no UTF-8."),
        (b"\x00\xff\xfe", "line 1: byte 0xff is no UTF-8."),
        (b"\xed\xa0\x80: 1", "line 1: byte 0xed is no UTF-8."),
    ],
)
def test_what_is_no_utf8(tmp_path: Path, content: bytes, line: str) -> None:
    (tmp_path / NAME).write_bytes(content)
    assert refusal(tmp_path) == (
        f"estate.yaml: {line} Names would be read wrongly. Save the file as UTF-8."
    )


TOO_MANY = (
    f"more than {PLAIN_DATA.most_values} values, aliases written out. No catalogue needs so much. "
    "Write fewer aliases, or several files."
)
BOMBS = {
    "aliases of aliases": "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    + "".join(
        f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 10)
    ),
    "one alias many times": f"a: &a [{'x,' * 3000}]\nb: [{'*a,' * 3000}]",
    "a mapping by aliases": f"a: &a {{{','.join(f'k{i}: v' for i in range(2000))}}}\n"
    + "".join(f"b{i}: *a\n" for i in range(3000)),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs_do_not_go_off(tmp_path: Path, bomb: str) -> None:
    (tmp_path / NAME).write_text(BOMBS[bomb])
    started = time.process_time()
    sentence = refusal(tmp_path)
    assert re.fullmatch(rf"estate\.yaml: line \d+: {re.escape(TOO_MANY)}", sentence)
    assert time.process_time() - started < SECONDS


def test_values_are_counted_without_aliases_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = replace(PLAIN_DATA, most_values=1000)
    monkeypatch.setattr("keyless.estate.reading.yaml_text.PLAIN_DATA", small)
    (tmp_path / NAME).write_text("[" + "x," * 999 + "]")
    assert refusal(tmp_path).startswith("estate.yaml: a list at the top level.")
    (tmp_path / NAME).write_text("[" + "x," * 1000 + "]")
    assert refusal(tmp_path) == f"estate.yaml: line 1: {TOO_MANY.replace('1000000', '1000')}"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "repositories: &all\n  a: *all\n",
            "line 2: the alias *all is inside of its own anchor, or no anchor before "
            "it has this name. It would never end. Write the values out.",
        ),
        (
            "repositories:\n  a: *nowhere\n",
            "line 2: the alias *nowhere is inside of its own anchor, or no anchor before "
            "it has this name. It would never end. Write the values out.",
        ),
        (
            "base: &base {id: 1}\nrepositories:\n  a:\n    <<: *base\n",
            "line 4: the merge key <<. It hides what an entry says. Write the keys out.",
        ),
        (
            "repositories: !!python/object/apply:os.system [id]\n",
            'line 1: the tag "tag:yaml.org,2002:python/object/apply:os.system". A tag can '
            "run a program. Leave it out.",
        ),
        (
            "repositories:\n  a: {id: 1}\n  'a': {id: 2}\n",
            'line 3: duplicate key "a", first in line 2. Readers differ on which of the two '
            "counts. Keep one.",
        ),
        (
            "[" * 5_000_000,
            "line 1: nested more than 40 deep. Nothing reads that far down. Write plain entries.",
        ),
        (
            "{a: " * 2_000_000,
            "line 1: nested more than 40 deep. Nothing reads that far down. Write plain entries.",
        ),
        (
            "repositories: {}\n...\n---\nrepositories: {}\n",
            "line 3: a second document begins. Only one is read. Write one file each.",
        ),
        (
            "repositories: \x1b[2J",
            "no YAML (unacceptable character #x001b: control characters are not allowed). Nothing "
            "of the file can be used. Save it as plain text.",
        ),
    ],
)
def test_what_is_not_plain(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / NAME).write_text(text)
    started = time.process_time()
    assert refusal(tmp_path) == f"estate.yaml: {sentence}"
    assert time.process_time() - started < SECONDS


def test_anchors_that_stay_small_are_read(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("repositories: {a: &a {id: 1}, b: *a}")
    assert read_catalogue(tmp_path, NAME) == {"a": {"id": 1}, "b": {"id": 1}}


def test_keys_that_are_no_text(tmp_path: Path) -> None:
    estate = "repositories: {a: {id: 1, environments: {1.5: , true: , ~: }, ~: x}}"
    assert [sentence.partition(": ")[0] for sentence in errors(tmp_path, STACK, estate)] == [
        'estate.yaml:repositories.a.environments["1.5"]',
        "estate.yaml:repositories.a.environments.true",
        "estate.yaml:repositories.a.environments.null",
        'estate.yaml:repositories.a.environments["1.5"]',
        "estate.yaml:repositories.a.environments.true",
        "estate.yaml:repositories.a.environments.None",
        "estate.yaml:repositories.a.None",
    ]


def test_one_mistake_made_a_thousand_times_is_said_two_hundred_times(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(
        "repositories:\n" + "".join(f"  r{number}: {{}}\n" for number in range(1000))
    )
    started = time.process_time()
    with pytest.raises(SettingsError) as refused:
        read_settings(handed_over(read_yaml(STACK)), stack="prod", root=tmp_path)
    assert time.process_time() - started < SECONDS
    assert len(refused.value.errors) == 1000
    assert len(refused.value.missing_ids) == MOST_SAID
    assert str(refused.value).splitlines()[MOST_SAID:] == [
        "800 further problems. Nobody reads so many. Mend those above first."
    ]


IN_PLACE = "repositories: {{a: {{id: 1, {}}}, b: {{id: 2, unknown: 1}}}}"
BRANCHES = "environments: {{p: {{reviewers: none, deploy_from: {{branches: [{}]}}}}}}"
OVERFULL: dict[str, Callable[[int], str]] = {
    "unknown keys": lambda count: IN_PLACE.format(
        ",".join(f"k{number}: 1" for number in range(count))
    ),
    "items of a wrong kind": lambda count: IN_PLACE.format(BRANCHES.format("1," * count)),
    "empty items": lambda count: IN_PLACE.format(BRANCHES.format("~," * count)),
}


@pytest.mark.parametrize("count", [MOST_ITEMS + 1, pytest.param(200_000, marks=pytest.mark.long)])
@pytest.mark.parametrize("content", OVERFULL)
def test_an_entry_that_nobody_reviews_is_one_mistake(
    tmp_path: Path, content: str, count: int
) -> None:
    estate = OVERFULL[content](count)
    started = time.process_time()
    assert errors(tmp_path, STACK, estate) == (
        "estate.yaml:repositories.a: more than 10000 keys and list items. Nobody can review so "
        "many, so none of them was looked at. Write fewer, or split them over several stacks.",
        "estate.yaml:repositories.b.unknown: unknown key. Nothing reads it, so it would change "
        "nothing. The keys here are id, environments, review_environments, branches, "
        "pull_requests, whole_repository, protected_branches, sha_pinning and renamed_from.",
    )
    assert time.process_time() - started < SECONDS


def test_as_many_items_as_an_entry_may_have_are_looked_at(tmp_path: Path) -> None:
    keys = len(["id", "environments", "p", "reviewers", "deploy_from", "branches"])
    names = ",".join(f"b{number}" for number in range(MOST_ITEMS - keys))
    assert errors(tmp_path, STACK, IN_PLACE.format(BRANCHES.format(names)))[0].startswith(
        "estate.yaml:repositories.b.unknown: "
    )
    assert errors(tmp_path, STACK, IN_PLACE.format(BRANCHES.format(f"{names},b")))[0].startswith(
        "estate.yaml:repositories.a: more than 10000 keys"
    )


def test_a_setting_that_nobody_reviews_is_one_mistake(tmp_path: Path) -> None:
    config = handed_over(read_yaml(STACK)) | {"keyless:defaults": f"[{','.join('1' * 20_000)}]"}
    assert errors_of_config(config, tmp_path) == (
        "keyless:defaults: more than 10000 keys and list items. Nobody can review so many, so none "
        "of them was looked at. Write fewer, or split them over several stacks.",
    )


def numbered(letter: str, count: int) -> str:
    return ",".join(f"{letter}{number}: 1" for number in range(count))


MISTAKES: dict[str, Callable[[int], str]] = {
    "an unknown key each": lambda size: "".join(
        f"  r{i}: {{id: {i + 1}, x: 1}}\n" for i in range(500 * size)
    ),
    "names that are none": lambda size: "".join(f"  'r {i}': 1\n" for i in range(2_000 * size)),
    "unknown keys in one": lambda _: f"  a: {{{numbered('k', 9_900)}}}\n",
    "ids that meet": lambda size: "".join(f"  r{i}: {{id: 1}}\n" for i in range(500 * size)),
    "no environment": lambda size: "".join(
        f"  r{i}: {{id: {i + 1}, environments: {{{numbered('e', 49 * size)}}}}}\n"
        for i in range(90)
    ),
    "one name": lambda size: "  a: 1\n" * (4_000 * size),
}
"""Mistakes by what is wrong, as text of a size; at 100 a file is almost as large as it may be."""


@pytest.mark.parametrize(
    ("size", "seconds"), [(5, 3.0), pytest.param(100, SECONDS, marks=pytest.mark.long)]
)
@pytest.mark.parametrize("mistake", MISTAKES)
def test_nobody_waits_for_the_last_of_many_mistakes(
    tmp_path: Path, mistake: str, size: int, seconds: float
) -> None:
    (tmp_path / NAME).write_text(f"repositories:\n{MISTAKES[mistake](size)}")
    started = time.process_time()
    with pytest.raises(SettingsError) as refused:
        read_settings(handed_over(read_yaml(STACK)), stack="prod", root=tmp_path)
    assert time.process_time() - started < seconds
    assert len(refused.value.errors) == MOST_FOUND
    assert str(refused.value).splitlines()[MOST_SAID:] == [
        "At least 1800 further problems. Nobody reads so many. Mend those above first."
    ]


def test_characters_are_counted_with_aliases(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(f"[&a {'x' * 1_000_000}, {'*a,' * 9}]")
    assert refusal(tmp_path).startswith("estate.yaml: a list at the top level.")
    (tmp_path / NAME).write_text(f"[&a {'x' * 1_000_000}, {'*a,' * 10}]")
    assert refusal(tmp_path) == (
        "estate.yaml: line 1: more than 10000000 characters, aliases written out. No catalogue "
        "needs so much. Write fewer aliases, or several files."
    )


STATEMENTS = {
    "patterns that no action takes": (
        "actions: ['ec2:*'], resources: [{}]",
        [f"'arn:aws:s3:::b{number}*'" for number in range(400)],
        400,
    ),
    "patterns that one of two takes": (
        "actions: ['ec2:*', 's3:*'], resources: [{}]",
        [f"'arn:aws:s3:::b{number}*'" for number in range(400)],
        1,
    ),
    "keys that no action has": (
        "actions: ['ec2:*'], resources: ['*'], conditions: {{StringEquals: {{{}}}}}",
        [f"ec2:Regiom{number}: x" for number in range(400)],
        400,
    ),
}


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_statement_of_hundreds_is_checked_at_once(tmp_path: Path, statement: str) -> None:
    form, items, mistakes = STATEMENTS[statement]
    permission = f"{{preset: statement, {form.format(','.join(items))}}}"
    estate = (
        "repositories: {a: {id: 1, environments: {p: {reviewers: none, deploy_from: "
        f"{{branches: [main]}}, roles: {{deploy: {{permissions: [{permission}]}}}}}}}}}}}}"
    )
    started = time.process_time()
    assert len(errors(tmp_path, STACK, estate)) == mistakes
    assert time.process_time() - started < 6
