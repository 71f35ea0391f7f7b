"""Where `keyless migrate` reads the roles from, and what it writes: all files, or none."""

import json
import os
from pathlib import Path

import pytest

from keyless.command_line.errors import CommandError
from keyless.command_line.written_file import write_whole
from keyless.estate.access_output import access_output
from keyless.estate.composed_roles import as_typed, compose_roles
from keyless.jobs.stack_file import settings_of
from tests.keyless.command_run import run
from tests.keyless.migrate.made import NAMES, PLACE, STACK, lay_out, make, migrate, tree

pytestmark = pytest.mark.usefixtures("judged_once")

OWN = ("--repository", "acme/shop", "--default-branch", "main", "--write")
KEYED = (
    "on: {push: {branches: [main]}}\njobs:\n  deploy:\n    runs-on: x\n    steps:\n"
    "      - run: aws s3 ls\n        env:\n"
    "          AWS_ACCESS_KEY_ID: ${{ secrets.AWS_ACCESS_KEY_ID }}\n"
)


@pytest.fixture
def outputs(tmp_path: Path) -> str:
    """Return what `pulumi stack output access --json` prints for the stack of the cases."""
    settings = settings_of(str(STACK), "prod")
    return json.dumps(access_output(settings, compose_roles(settings, as_typed(settings))))


@pytest.mark.parametrize("name", NAMES)
def test_the_outputs_of_a_stack_give_the_same_file(name: str, outputs: str, tmp_path: Path) -> None:
    access = tmp_path / "access.json"
    access.write_text(outputs)
    by_file, by_outputs = lay_out(name, tmp_path / "a"), lay_out(name, tmp_path / "b")
    migrate(by_file, "--write")
    ended = run("migrate", str(by_outputs / PLACE), "--from", str(access), *OWN)
    assert ended.status == 0, ended.err
    assert tree(by_outputs) == tree(by_file)


def test_a_stack_is_asked_by_its_name(
    outputs: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "access.json").write_text(json.dumps({"access": json.loads(outputs)}))
    pulumi = tmp_path / "bin/pulumi"
    pulumi.parent.mkdir()
    pulumi.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/asked\ncat {tmp_path}/access.json\n')
    pulumi.chmod(0o755)
    monkeypatch.setenv("PATH", f"{pulumi.parent}{os.pathsep}/usr/bin{os.pathsep}/bin")
    checkout = make(tmp_path, {PLACE: KEYED})
    ended = run("migrate", str(checkout / PLACE), "--stack", "prod", *OWN)
    assert ended.status == 0, ended.err
    assert "--stack prod" in (tmp_path / "asked").read_text()
    assert b"role-to-assume: ${{ vars.AWS_ROLE_ARN }}" in tree(checkout)[PLACE]


def test_a_file_that_cannot_be_written_leaves_the_others_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout = lay_out("composite", tmp_path)
    before = tree(checkout)

    def fails(file: Path, text: str) -> None:
        if file.name == "action.yml":
            raise CommandError(f"{file.name}: Read-only file system. Name another.")
        write_whole(file, text)

    monkeypatch.setattr("keyless.commands.migrate.write_whole", fails)
    ended = migrate(checkout, "--write")
    assert (ended.status, ended.err) == (2, "action.yml: Read-only file system. Name another.\n")
    assert tree(checkout) == before


def test_a_link_out_of_the_checkout_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "deploy.yml"
    outside.write_text(KEYED)
    checkout = make(tmp_path, {".github/workflows/other.yml": KEYED})
    (checkout / PLACE).symlink_to(outside)
    ended = migrate(checkout, "--write")
    assert ended.status == 2
    assert ended.err == (
        f"{PLACE}:1: a link. GitHub follows none, and runs no workflow by it. Put there what it "
        "leads to.\n"
    )
    assert outside.read_text() == KEYED


def test_names_that_move_a_cursor_are_escaped(tmp_path: Path) -> None:
    text = KEYED.replace("deploy:", '"de\\u001b[31mploy":')
    ended = migrate(make(tmp_path, {PLACE: text}))
    assert ended.status == 0
    assert "\x1b" not in ended.err
    assert "the job de\\u001b[31mploy had" in ended.err
