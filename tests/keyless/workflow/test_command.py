"""`workflow` as a person meets it."""

import json
from pathlib import Path

from tests.keyless.command_run import run
from tests.keyless.data import PROD


def test_one_file_can_be_redirected() -> None:
    ended = run("workflow", "checkout-api", "--from", str(PROD))
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith(
        "# acme/checkout-api, environment/production, deploy: "
        "save as .github/workflows/deploy-production.yml\nname: deploy production\n"
    )
    assert "\n---\n" not in ended.out


def test_json_lists_files() -> None:
    ended = run("workflow", "storefront", "environment/production", "--from", str(PROD), "--json")
    assert [(file["repository"], file["path"], file["ref"]) for file in json.loads(ended.out)] == [
        ("acme/storefront", ".github/workflows/deploy-production.yml", None),
        ("acme/storefront", ".github/workflows/migrate-production.yml", None),
        ("acme/pipelines", ".github/workflows/migrate.yml", "refs/tags/v3"),
    ]


def test_files_are_written_into_a_checkout(tmp_path: Path) -> None:
    words = ["workflow", "storefront", "environment/production", "--from", str(PROD)]
    ended = run(*words, "--write", str(tmp_path))
    folder = tmp_path / ".github" / "workflows"
    assert (ended.status, ended.out) == (0, "")
    assert sorted(file.name for file in folder.iterdir()) == [
        "deploy-production.yml",
        "migrate-production.yml",
    ]
    assert ended.err == (
        f"{folder}/deploy-production.yml: written\n"
        f"{folder}/migrate-production.yml: written\n"
        '"acme/pipelines/.github/workflows/migrate.yml@refs/tags/v3": not written, it belongs '
        "there; print it without --write\n"
    )


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "migrate-production.yml").write_text("mine")
    words = ["workflow", "storefront", "environment/production", "--from", str(PROD)]
    ended = run(*words, "--write", str(tmp_path))
    assert ended.status == 2
    assert ended.err == (
        f"{folder}/migrate-production.yml:1: not looked at for triggers to keep: no mapping at the "
        "top level. Write on: and jobs:.\n"
        f"{folder}/migrate-production.yml: there is a file already. Somebody may have changed it. "
        "Move it away, or compare it with what this command prints without --write.\n"
    )
    assert [file.name for file in folder.iterdir()] == ["migrate-production.yml"]
    assert (folder / "migrate-production.yml").read_text() == "mine"
