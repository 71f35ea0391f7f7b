"""Tests of catalogue files: the same entries as in stack config, from files of their own."""

import os
from pathlib import Path

import pytest
import yaml

from tests.keyless.estate.reading.sample import Raw, errors, pages, read, stack_config, storefront


def _in_files(root: Path, **files: object) -> Raw:
    """Write one catalogue for each keyword, and return a config that names them."""
    raw = stack_config()
    del raw["keyless:repositories"]
    for name, content in files.items():
        text = content if isinstance(content, str) else yaml.safe_dump(content)
        (root / f"{name}.yaml").write_text(text, encoding="utf-8")
    return raw | {"keyless:catalogue": [f"{name}.yaml" for name in files]}


def test_a_catalogue_says_the_same_as_stack_config(tmp_path: Path) -> None:
    raw = _in_files(
        tmp_path,
        shop={"repositories": {"storefront": storefront()}},
        site={"repositories": {"pages": pages()}},
    )
    settings = read(raw, root=tmp_path)
    assert settings.repositories == read(stack_config()).repositories
    assert settings.place("pages", "id") == "site.yaml:repositories.pages.id"


def test_sentences_name_the_file(tmp_path: Path) -> None:
    raw = _in_files(
        tmp_path,
        shop={"repositories": {"storefront": {"id": 1, "enviroments": {}}, "new": {}}},
        site={"repositories": {"pages": pages() | {"id": "x"}}},
    )
    assert errors(raw, root=tmp_path) == (
        "shop.yaml:repositories.new.id: missing. Trust is tied to this number, since a name "
        'can go to another repository. Write "id: NUMBER", as `gh api repos/acme/new --jq .id` '
        "prints it.",
        "shop.yaml:repositories.storefront.enviroments: unknown key. Nothing reads it, so it would "
        "change nothing. Write environments.",
        'site.yaml:repositories.pages.id: "x" is text. What belongs here is a whole number. Write '
        "for example id: 811223344.",
    )


def test_a_repository_in_two_files_is_refused(tmp_path: Path) -> None:
    raw = _in_files(
        tmp_path,
        one={"repositories": {"pages": pages()}},
        two={"repositories": {"pages": pages()}},
    )
    assert errors(raw, root=tmp_path) == (
        "two.yaml:repositories.pages: has an entry in one.yaml:repositories.pages already. One "
        "would hide what the other says. Keep one of them.",
    )


def test_a_file_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    raw = _in_files(tmp_path, one={"repositories": {"pages": pages()}})
    raw["keyless:catalogue"] += ["./one.yaml", "teams/../one.yaml"]
    assert errors(raw, root=tmp_path) == tuple(
        f'keyless:catalogue: "{name}" is the file "one.yaml" under another name. Each of its '
        "entries would be there twice. Keep one of the two."
        for name in ("./one.yaml", "teams/../one.yaml")
    )


def test_catalogue_and_inline_entries_do_not_mix(tmp_path: Path) -> None:
    raw = _in_files(tmp_path, site={"repositories": {"pages": pages()}})
    raw["keyless:repositories"] = {}
    assert errors(raw, root=tmp_path) == (
        "keyless:catalogue: is there beside keyless:repositories. One could hide what the other "
        "says. Keep one of them.",
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            "",
            "site.yaml: empty at the top level. A catalogue has the key repositories and no "
            "other. Write the entries below it, with `repositories:` as the first line.",
        ),
        (
            "pages: {id: 1}",
            'site.yaml: the keys "pages" at the top level. A catalogue has the key repositories '
            "and no other. Write the entries below it, with `repositories:` as the first line.",
        ),
        (
            "- pages",
            "site.yaml: a list at the top level. A catalogue has the key repositories and no "
            "other. Write the entries below it, with `repositories:` as the first line.",
        ),
        (
            "repositories:",
            "site.yaml:repositories: empty. Entries are written below their repositories' names. "
            "Write for example {storefront: {id: 811223344}}, or {} for none.",
        ),
        (
            "repositories:\n  pages:\n    id: 1\n    id: 2\n",
            'site.yaml: line 4: duplicate key "id", first in line 3. Readers differ on which of '
            "the two counts. Keep one.",
        ),
        (
            "repositories: {true: {id: 1}}",
            "site.yaml:repositories.True: the key is a boolean. Keys are text. Write it in quotes: "
            '"true".',
        ),
        (
            "repositories: {pages: {id: 1, branches: {on: {roles: {}}}}}",
            "site.yaml:repositories.pages.branches.on.roles: an empty mapping. It asks for "
            "nothing. Fill it, or leave out what it belongs to.",
        ),
    ],
)
def test_what_a_file_may_hold(tmp_path: Path, content: str, sentence: str) -> None:
    assert errors(_in_files(tmp_path, site=content), root=tmp_path) == (sentence,)


def test_bytes_that_are_no_utf8_are_refused(tmp_path: Path) -> None:
    raw = _in_files(tmp_path, site="")
    (tmp_path / "site.yaml").write_bytes(b"repositories:\n  \xe9t\xe9: {id: 1}\n")
    assert errors(raw, root=tmp_path) == (
        "site.yaml: line 2: byte 0xe9 is no UTF-8. Names would be read wrongly. Save the file as "
        "UTF-8.",
    )


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    raw = _in_files(tmp_path, site="")
    with (tmp_path / "site.yaml").open("wb") as file:
        os.truncate(file.fileno(), 10_000_001)
    assert errors(raw, root=tmp_path) == (
        "site.yaml: more than 10000000 bytes. So large a file is no catalogue, or should be "
        "several. Split it by team.",
    )


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "missing.yaml",
            'keyless:catalogue: "missing.yaml" cannot be read (No such file or directory). Its '
            "repositories would lose their access. Write the path of an existing file.",
        ),
        (
            "folder",
            'keyless:catalogue: "folder" cannot be read (Is a directory). Its repositories would '
            "lose their access. Write the path of an existing file.",
        ),
        (
            "../site.yaml",
            'keyless:catalogue: "../site.yaml" lies outside the project. A stack must mean the '
            "same on every machine. Write a path relative to Pulumi.yaml.",
        ),
        (
            "/etc/hosts",
            'keyless:catalogue: "/etc/hosts" lies outside the project. A stack must mean the same '
            "on every machine. Write a path relative to Pulumi.yaml.",
        ),
        (
            "a\0b",
            'keyless:catalogue: "a\\u0000b" is no path. Nothing can be read there. Write the path '
            "of an existing file.",
        ),
    ],
)
def test_which_files_are_read(tmp_path: Path, name: str, sentence: str) -> None:
    (tmp_path / "folder").mkdir()
    raw = _in_files(tmp_path) | {"keyless:catalogue": [name]}
    assert errors(raw, root=tmp_path) == (sentence,)


def test_a_link_out_of_the_project_is_refused(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (tmp_path / "site.yaml").write_text("repositories: {}")
    (project / "link.yaml").symlink_to(tmp_path / "site.yaml")
    raw = _in_files(project) | {"keyless:catalogue": ["link.yaml"]}
    assert errors(raw, root=project) == (
        'keyless:catalogue: "link.yaml" lies outside the project. A stack must mean the same on '
        "every machine. Write a path relative to Pulumi.yaml.",
    )


def test_every_file_is_read_before_anything_is_said(tmp_path: Path) -> None:
    raw = _in_files(tmp_path, one="a: [", two={"repositories": {"pages": {}}})
    assert [sentence.partition(": ")[0] for sentence in errors(raw, root=tmp_path)] == [
        "one.yaml",
        "two.yaml:repositories.pages.id",
    ]
