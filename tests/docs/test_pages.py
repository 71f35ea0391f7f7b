"""The pages: what they show is what happens, where they lead exists, and nothing is left out."""

import os
from pathlib import Path

import pytest

from sandbox.children import run_child
from sandbox.engine import Engine
from tests.docs.pages import (
    ROOT,
    all_pages,
    commands_in_a_checkout,
    pages_with_steps,
    steps_of,
    untried_without_a_word,
)
from tests.docs.session import differences, open_session

PROMPT = {"README.md"}
"""The pages whose commands `make test` runs; `make test-long` runs those of all."""


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def tried() -> list[object]:
    return [
        pytest.param(page, id=name(page), marks=() if name(page) in PROMPT else pytest.mark.long)
        for page in pages_with_steps()
    ]


@pytest.mark.parametrize("page", tried())
def test_commands_do_what_the_page_shows(page: Path, engine: Engine) -> None:
    with open_session(engine) as session:
        for step in steps_of(page):
            session.take(step)


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 200


@pytest.mark.parametrize("page", all_pages(), ids=name)
def test_what_nobody_tried_is_called_untried(page: Path) -> None:
    assert list(untried_without_a_word(page)) == []


@pytest.mark.long
def test_the_commands_of_a_checkout_print_what_the_readme_shows() -> None:
    (command,) = commands_in_a_checkout(ROOT / "README.md")
    ended = run_child(
        ["/bin/bash", "-c", command.text], cwd=ROOT, env={**os.environ, "COLUMNS": "100"}
    )
    assert ended.returncode == command.status, ended.stdout
    assert list(differences(str(command.prints), ended.stdout)) == [], ended.stdout
