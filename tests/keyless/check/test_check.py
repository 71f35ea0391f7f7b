"""`keyless check`: every mistake with its file, line and column, without engine and network."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from keyless.check.mistakes import Mistake, check_stack
from keyless.estate.reading.yaml_text import read_yaml
from tests.hostile.sample import ESTATE, STACK
from tests.keyless.command_run import run

ROOT = Path(__file__).parents[3]
MISTAKES: Any = read_yaml((ROOT / "tests" / "hostile" / "mistakes.yaml").read_text())


def written(folder: Path, stack: str, estate: str = ESTATE) -> None:
    (folder / "Pulumi.prod.yaml").write_text(stack)
    (folder / "estate.yaml").write_text(estate)


def mistakes(folder: Path, stack: str, estate: str = ESTATE) -> tuple[Mistake, ...]:
    written(folder, stack, estate)
    return check_stack(folder, "prod").mistakes


def test_the_sample_stacks_have_no_mistake() -> None:
    ended = run("check", "--folder", str(ROOT))
    assert (ended.status, ended.out) == (0, "stack prod: no mistake\nstack staging: no mistake\n")


@pytest.mark.parametrize("mistake", MISTAKES, ids=[each["mistake"] for each in MISTAKES])
def test_each_mistake_is_placed_where_it_is_written(
    tmp_path: Path, mistake: dict[str, Any]
) -> None:
    old, new = mistake["instead_of"], mistake["written"]
    stack = STACK.replace(old, new, 1)
    estate = ESTATE if old in STACK else ESTATE.replace(old, new, 1)
    found = mistakes(tmp_path, stack, estate)
    assert found
    for each in found:
        text = estate if each.file == "estate.yaml" else stack
        line = text.splitlines()[each.line - 1]
        if each.path:
            key = each.path.rpartition(".")[2].partition("[")[0].rpartition(":")[2]
            assert key in line[each.column - 1 :] or each.path.endswith("]")
        assert (
            each.sentence in mistake["said"]
            or "one level too far left" in each.sentence
            or (not each.path)
        )


SHORT = """\
config:
  aws:region: eu-west-1
  aws:allowedAccountIds: ["222222222222"]
  github:owner: acme
  keyless:owner_id: 9919
  keyless:repositories:
    storefront:
      id: 811223344
      environments:
        production:
          deploy_from: {branches: [main]}
          reviewers: {teams: [leads]}
          roles: {deploy: {permissions: [{preset: s3-website, bucket: site}]}}
"""
LEVEL = "It is one level too far left. Indent it below the name of"


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        (
            "[main]",
            "[*]",
            (11, 1),
            "no YAML (did not find expected alphabetic or numeric character). Nothing of the file "
            'can be used. Mend the line. "*" begins an alias of YAML. Write it in quotes: "*".',
        ),
        (
            "          reviewers:",
            "\treviewers:",
            (12, 1),
            "no YAML (found character that cannot start any token). Nothing of the file can be "
            "used. Mend the line. Line 12 is indented by a tab. Write blanks instead.",
        ),
        (
            "          reviewers:",
            "         reviewers:",
            (12, 1),
            "no YAML (did not find expected key). Nothing of the file can be used. Mend the line. "
            'The key "reviewers" is indented by 9 blanks; keys above it by 6 or 8 or 10.',
        ),
        (
            "          roles:",
            "        roles:",
            (13, 9),
            'keyless:repositories.storefront.environments.roles: "roles" is read as the name of an '
            f"environment. {LEVEL} an environment.",
        ),
        (
            "    storefront:\n      id:",
            "    id: 5\n    storefront:\n      id:",
            (7, 5),
            'keyless:repositories.id: "id" is read as the name of a repository. '
            f"{LEVEL} a repository.",
        ),
        (
            "config:\n",
            "keyless:static_keys: refuse\nconfig:\n",
            (1, 1),
            '"keyless:static_keys" at the top level. Pulumi does not read it, so the setting '
            "has no effect. Indent it below `config:`.",
        ),
    ],
)
def test_what_yaml_readers_say_badly(
    tmp_path: Path, old: str, new: str, place: tuple[int, int], said: str
) -> None:
    assert old in SHORT
    found = {(m.line, m.column, m.sentence) for m in mistakes(tmp_path, SHORT.replace(old, new))}
    assert (*place, said) in found, found


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        (
            "acme",
            "@acme",
            4,
            'YAML reserves the sign that @acme begins with. Write it in quotes: "@acme".',
        ),
        (
            "acme",
            "`acme`",
            4,
            'YAML reserves the sign that `acme` begins with. Write it in quotes: "`acme`".',
        ),
        (
            "[main]",
            "[%]",
            11,
            'YAML reserves the sign that % begins with. Write it in quotes: "%".',
        ),
        (
            "acme",
            "acme: x",
            4,
            "The value acme: x contains a colon and a blank. Write it in quotes.",
        ),
        ("id: 811", "id:811", 9, 'No blank follows the colon of "id". Write "id: 811223344".'),
        (
            "reviewers: {",
            "reviewers:{",
            12,
            'No blank follows the colon of "reviewers". Write "reviewers: {teams: [leads]}".',
        ),
        (
            "      environments:",
            "        environments:",
            9,
            'The key "environments" is indented below "id", which has a value. Indent it by 6 '
            "blanks.",
        ),
        ("[main]}", "[main]", 12, "A bracket in line 11 is not closed. Close it."),
        (
            "owner: acme",
            'owner: "acme',
            13,
            "A quote in line 4 is not closed. Write another one behind the text.",
        ),
    ],
)
def test_what_a_line_that_is_no_yaml_should_say(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    found = mistakes(tmp_path, SHORT.replace(old, new, 1))
    assert [each.line for each in found] == [line]
    assert found[0].sentence.endswith(f"Mend the line. {said}")


def test_brackets_over_several_lines_are_not_blamed(tmp_path: Path) -> None:
    over_lines = SHORT.replace("[main]", "[\n            main\n          ]")
    assert mistakes(tmp_path, over_lines) == ()
    found = mistakes(tmp_path, over_lines + "\x20foo: ]\n")
    assert "bracket" not in found[0].sentence


def test_an_account_that_begins_with_a_zero(tmp_path: Path) -> None:
    """Pulumi reads 012345670123 without quotes as an octal number."""
    found = mistakes(tmp_path, SHORT.replace('"222222222222"', "012345670123"))
    assert [(each.line, each.sentence) for each in found] == [
        (
            3,
            "012345670123 begins with a zero and has no quotes. Readers take it for different "
            'numbers. Write it in quotes: "012345670123".',
        )
    ]
    assert mistakes(tmp_path, SHORT.replace("222222222222", "012345670123")) == ()


@pytest.mark.parametrize("opening", ["[", "{a: "])
def test_a_file_that_is_nested_without_end(tmp_path: Path, opening: str) -> None:
    found = mistakes(tmp_path, f"config: {opening * 3000}")
    assert [each.sentence for each in found] == [
        "nested more than 40 deep. Nothing reads that far down. Write plain entries."
    ]


def test_the_name_of_a_stacks_file_names_the_stack(tmp_path: Path) -> None:
    written(tmp_path, SHORT)
    ended = run("check", "--folder", str(tmp_path), "Pulumi.prod.yaml")
    assert (ended.status, ended.out) == (0, "stack prod: no mistake\n")


def test_a_path_is_no_stack(tmp_path: Path) -> None:
    written(tmp_path, SHORT)
    ended = run("check", str(tmp_path / "Pulumi.prod.yaml"))
    assert ended.status == 2
    _, _, remedy = ended.err.strip().partition("Write: keyless ")
    assert run(*remedy.split()).out == "stack prod: no mistake\n"


def test_what_pulumi_itself_reads_is_checked_where_it_is_written(tmp_path: Path) -> None:
    """Pulumi asks a secrets provider before the program can refuse it."""
    address = "awskms://alias/keyless?endpoint=http://127.0.0.1:1"
    project = "name: keyless\nruntime: python\nconfig: {github:token: x}\nmain: other\n"
    (tmp_path / "Pulumi.yaml").write_text(project)
    (tmp_path / "Pulumi.json").write_text("{}")
    found = mistakes(tmp_path, f"{STACK}secretsprovider: {address}\n")
    line = len(STACK.splitlines()) + 1
    assert [(each.file, each.line, each.path) for each in found] == [
        ("Pulumi.prod.yaml", line, "secretsprovider")
    ]
    found = mistakes(tmp_path, STACK)
    assert [(each.file, each.line, each.path) for each in found] == [
        ("Pulumi.yaml", 3, "github:token"),
        ("Pulumi.json", 1, ""),
        ("Pulumi.yaml", 4, "main"),
    ]


def test_json_names_file_line_and_path(tmp_path: Path) -> None:
    written(tmp_path, SHORT.replace("eu-west-1", "eu-west-1a"))
    ended = run("check", "prod", "--folder", str(tmp_path), "--json")
    assert ended.status == 1
    (mistake,) = json.loads(ended.out)["stacks"]["prod"]["mistakes"]
    assert (mistake["file"], mistake["line"], mistake["path"]) == (
        "Pulumi.prod.yaml",
        2,
        "aws:region",
    )


def test_a_secret_is_refused_without_its_value(tmp_path: Path) -> None:
    stack = SHORT.replace("keyless:owner_id: 9919", "keyless:owner_id: {secure: v1:abc}")
    (found,) = mistakes(tmp_path, stack)
    assert found.sentence.startswith("keyless:owner_id: a secret.")
    assert "v1:abc" not in found.sentence


def test_no_file_of_that_stack(tmp_path: Path) -> None:
    (found,) = check_stack(tmp_path, "dev").mistakes
    assert found.file == "Pulumi.dev.yaml"
    assert found.sentence == (
        "No such file or directory. Without its file a stack has no settings. "
        "Name a stack that has one."
    )


def test_a_thousand_repositories_take_under_two_seconds(tmp_path: Path) -> None:
    _, _, entry = SHORT.partition("keyless:repositories:\n")
    head = SHORT.removesuffix(entry)
    entries = (
        entry.replace("storefront", f"r{n}").replace("811223344", f"{n + 1}") for n in range(1000)
    )
    written(tmp_path, head + "".join(entries))
    before = time.process_time()
    assert check_stack(tmp_path, "prod").mistakes == ()
    assert time.process_time() - before < 2


def test_neither_pulumi_nor_a_client_is_imported() -> None:
    code = (
        "import sys; from keyless.main import main; main(['check', 'prod']);"
        "print(sorted({'pulumi', 'boto3', 'urllib3'} & set(sys.modules)))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ended.stdout.splitlines()[-1] == "[]"
