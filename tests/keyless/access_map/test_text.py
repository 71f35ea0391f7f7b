"""The table for a terminal."""

import io
import json

from rich.console import Console

from keyless.access_map.text import as_text
from keyless.command_line.terminal import Terminal
from keyless.stack.source import Source, all_roles
from tests.keyless.access_map.made import HOSTILE, both_stacks, hostile_source, source_of
from tests.keyless.data import PROD, entries
from tests.keyless.golden import assert_golden


def shown(*sources: Source, width: int = 100) -> str:
    file = io.StringIO()
    terminal = Terminal(Console(file=file, width=width, highlight=False, markup=False, emoji=False))
    terminal.show(as_text(sources))
    return "".join(f"{line.rstrip()}\n" for line in file.getvalue().splitlines())


def test_sample_estate() -> None:
    assert_golden("access.txt", shown(*both_stacks()))


def test_nothing_is_lost_on_a_narrow_terminal() -> None:
    printed = shown(*both_stacks(), width=60)
    for role in all_roles(both_stacks()):
        assert role.role_name in printed
        assert all(name in printed for name in (*role.workflows, role.full_name))


def test_markup_in_names_is_text() -> None:
    printed = "".join(shown(hostile_source(), width=400).split())
    assert all("".join(text.split()) in printed for text in HOSTILE)


def test_preview_says_so() -> None:
    planned = source_of([], "prod.json", "preview")
    assert shown(planned).endswith(
        "0 roles of 0 repositories in 0 accounts; 0 findings; 0 notes.\n"
        "prod.json: preview of the next update: planned, not in force, sha256\n"
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
    )


def test_the_trust_policy_of_the_other_side_is_printed_whole_for_all_that_assume_it() -> None:
    other = "arn:aws:iam::333333333333:role/deploy/shop"
    assuming = [{**entry, "assumes": [other]} for entry in entries(PROD)[:2]]
    printed = shown(source_of(assuming, "prod.json"), width=40)
    policy = printed.partition("\n{\n")[2].partition("\n}\n")[0]
    assert json.loads(f"{{{policy}}}") == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": [entry["role_arn"] for entry in assuming]},
                "Action": "sts:AssumeRole",
            }
        ],
    }


def test_the_end_of_a_role_and_the_prefix_of_a_review_environment_are_shown() -> None:
    entry = {
        **entries(PROD)[0],
        "until": "2027-03-31",
        "branches": ["refs/pull/*/merge"],
        "tags": [],
        "name_prefix": "shop-pr-",
    }
    assert (
        "from pull requests of the repository, each run approved: a review environment; writes "
        "begin with shop-pr-; gets in before 2027-03-31 (UTC) alone"
    ) in " ".join(shown(source_of([entry], "prod.json"), width=400).split())
