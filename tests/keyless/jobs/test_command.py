"""The command itself: where roles and workflows come from, and what a person reads."""

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from keyless.estate.access_output import access_output
from keyless.estate.composed_roles import as_typed, compose_roles
from keyless.github_api import GithubApi, Page
from keyless.jobs.checkout import Unreadable
from keyless.jobs.owner import read_repositories
from keyless.jobs.stack_file import settings_of
from keyless.jobs.stack_roles import from_settings
from sandbox.world import World, open_world
from tests.keyless.command_run import run
from tests.keyless.jobs.cases import FOLDER, NAMES, Answer, expected
from tests.keyless.jobs.made import STACK, answer, ask, workflow, write

STOREFRONT = """
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
          reviewers: none
          roles:
            deploy: {permissions: [{preset: cdk}]}
"""


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with open_world() as opened:
        for name, value in opened.environment("prod").items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield opened


@pytest.mark.parametrize("name", NAMES)
def test_the_outputs_of_a_stack_say_the_same_as_its_file(name: str, tmp_path: Path) -> None:
    folder, wanted = FOLDER / name, expected(FOLDER / name)
    settings = settings_of(str(folder / "stack.yaml"), "prod")
    access = access_output(settings, compose_roles(settings, as_typed(settings)))
    (tmp_path / "access.json").write_text(json.dumps(access))
    ended = run(
        "jobs", str(folder / "checkout"), "--from", str(tmp_path / "access.json"),
        "--repository", wanted["repository"], "--json",
    )  # fmt: skip
    assert Answer.read(json.loads(ended.out)) == Answer.read(wanted)


def test_workflows_are_read_through_the_api(world: World, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.prod.yaml").write_text(STOREFRONT)
    with world.journal.turn:
        repository = world.github.repository("acme/storefront")
        repository.files[".github/workflows/deploy.yml"] = workflow()
        repository.files[".github/workflows/notes.md"] = "none"
    words = ("--config", str(tmp_path / "Pulumi.prod.yaml"), "--json")
    found = json.loads(run("jobs", "--owner", "ACME", *words).out)
    assert [(r["repository"], r["workflow"], r["result"], r["role"]) for r in found["jobs"]] == [
        (
            "acme/storefront",
            ".github/workflows/deploy.yml",
            "in",
            "acme-storefront-production-deploy",
        )
    ]


def test_a_repository_that_github_does_not_show_is_never_fine(world: World, tmp_path: Path) -> None:
    text = STOREFRONT.replace("storefront:", "nowhere:")
    (tmp_path / "Pulumi.prod.yaml").write_text(text)
    ended = run("jobs", "--owner", "acme", "--config", str(tmp_path / "Pulumi.prod.yaml"))
    assert ended.status == 1
    assert (
        ".github/workflows:1: GitHub shows no repository acme/nowhere to this token. Nothing of "
        "the repository was looked at. Give the token read access to contents."
    ) in ended.out.replace("\n", " ")


def test_a_person_reads_rows_remarks_and_a_count(tmp_path: Path) -> None:
    text = workflow(on="[push, pull_request]", job="environment: prodution").replace(
        "concurrency: deploy\n", ""
    )
    write(tmp_path, {"w.yml": text})
    ended = ask(tmp_path)
    assert ended.status == 1
    assert ended.out == (Path(__file__).parent / "text.txt").read_text()


def test_nothing_to_look_at_ends_with_0(tmp_path: Path) -> None:
    write(tmp_path, {"w.yml": workflow()})
    assert ask(tmp_path).status == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            (),
            "jobs: either PATH or --owner is needed. Workflows are read from checkouts or through "
            "GitHub's API. Write one of them.\n",
        ),
        (
            ("missing", "--config", "Pulumi.prod.yaml"),
            "missing: no folder. Workflows are read from a checkout. Name one.\n",
        ),
        (
            (".", "--config", "Pulumi.prod.yaml"),
            ".: no .github/workflows in it, nor in a folder of it. There is no job to look at. "
            "Name a checkout, or a folder of checkouts.\n",
        ),
        (
            (".", "--config", "stack.yaml"),
            "stack.yaml: not named Pulumi.STACK.yaml. Variables of the repository carry the "
            "stack's name. Write --stack NAME.\n",
        ),
        (
            (".", "--config", "Pulumi.prod.yaml", "--from", "x"),
            "--config: --from, --preview or several --stack are given too. A stack file is read "
            "by itself. Leave one of them out.\n",
        ),
        (
            ("--owner", "mallory", "--config", "Pulumi.prod.yaml"),
            "--owner: the stack has no repository of 'mallory'. There is nothing to read. Write "
            "the owner of its entries.\n",
        ),
    ],
)
def test_what_cannot_be_run_says_so(
    words: tuple[str, ...], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Pulumi.prod.yaml").write_text(STACK)
    monkeypatch.chdir(tmp_path)
    ended = run("jobs", *words)
    assert (ended.status, ended.err) == (2, sentence)


def test_git_says_whose_checkout_it_is(tmp_path: Path) -> None:
    write(tmp_path, {"w.yml": workflow(on="workflow_dispatch")})
    git = ("git", "-C", str(tmp_path / "checkout"))
    for words in (
        ("init", "--quiet"),
        ("remote", "add", "origin", "git@github.com:acme/shop.git"),
        ("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk"),
    ):
        subprocess.run([*git, *words], check=True)
    ended = run(
        "jobs", str(tmp_path / "checkout"), "--config", str(tmp_path / "Pulumi.prod.yaml"), "--json"
    )
    (row,) = json.loads(ended.out)["jobs"]
    assert (row["repository"], row["ref"]) == ("acme/shop", "refs/heads/trunk")


def test_workflows_are_read_at_a_thousand_in_ten_seconds(tmp_path: Path) -> None:
    texts = [
        file.read_text()
        for name in NAMES
        for file in sorted((FOLDER / name / "checkout/.github/workflows").iterdir())
    ]
    write(tmp_path, {f"w{n}.yml": texts[n % len(texts)] for n in range(200)})
    start = time.process_time()
    ask(tmp_path, "--json")
    assert time.process_time() - start < 2


def test_a_secret_for_a_workflow_elsewhere_is_no_role(tmp_path: Path) -> None:
    stack = (
        "config:\n  aws:region: eu-west-1\n  aws:allowedAccountIds: ['222222222222']\n"
        "  github:owner: acme\n  keyless:owner_id: 9919\n  keyless:repositories:\n    shop:\n"
        "      id: 700100199\n      branches:\n        main:\n          roles:\n"
        "            deploy: {permissions: [{preset: lambda-function, function: shop}]}\n"
    )
    call = (
        "on: {push: {branches: [main]}}\njobs:\n  notify:\n"
        "    uses: acme/pipelines/.github/workflows/notify.yml@v1\n"
        "    secrets: {webhook: '${{ secrets.SLACK_WEBHOOK }}'}\n"
    )
    assert answer(tmp_path, {"notify.yml": call}, stack)["jobs"] == []


LINK = "a link. GitHub follows none, and runs no workflow by it. Put there what it leads to."


def test_a_workflow_that_is_a_link_is_reported(tmp_path: Path) -> None:
    write(tmp_path, {"real.yml": workflow(), "elsewhere/w.yml": workflow()})
    folder = tmp_path / "checkout" / ".github" / "workflows"
    (folder / "inside.yml").symlink_to("../../elsewhere/w.yml")
    (folder / "outside.yml").symlink_to(__file__)
    (folder / "broken.yml").symlink_to("nowhere.yml")
    ended = ask(tmp_path, "--json")
    found = json.loads(ended.out)
    assert ended.status == 1
    assert [(one["workflow"].rpartition("/")[2], one["says"]) for one in found["unreadable"]] == [
        ("broken.yml", LINK),
        ("inside.yml", LINK),
        ("outside.yml", LINK),
    ]
    assert [row["workflow"] for row in found["jobs"]] == [".github/workflows/real.yml"]


@pytest.mark.parametrize("name", [".github", ".github/workflows"])
def test_a_folder_of_workflows_that_is_a_link_is_reported(name: str, tmp_path: Path) -> None:
    write(tmp_path, {"real.yml": workflow()})
    folder = tmp_path / "checkout" / name
    folder.rename(tmp_path / "moved")
    folder.symlink_to(tmp_path / "moved")
    found = json.loads(ask(tmp_path, "--json").out)
    assert [(one["workflow"], one["says"]) for one in found["unreadable"]] == [
        (".github/workflows", LINK)
    ]
    assert found["jobs"] == []


def test_a_link_is_reported_through_the_api(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ".github/workflows/w.yml"
    answer = {"full_name": "acme/storefront", "default_branch": "main"}
    listed = Page([{"path": place, "type": "symlink"}], 1)
    monkeypatch.setattr(GithubApi, "get", lambda *_: answer)
    monkeypatch.setattr(GithubApi, "get_page", lambda *_: listed)
    (tmp_path / "Pulumi.prod.yaml").write_text(STOREFRONT)
    entries = from_settings(settings_of(str(tmp_path / "Pulumi.prod.yaml"), None))
    (checkout,) = read_repositories(object.__new__(GithubApi), entries)
    assert checkout.unreadable == [Unreadable(place, 1, LINK)]
