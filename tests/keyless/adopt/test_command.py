"""The command as somebody runs it: what it asks, what it writes, and how it goes on."""

import base64
import hashlib
import json
import os
import re
import shlex
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import yaml

from keyless.adopt.kept_answers import NAME
from keyless.adopt.organisation_reader import OrganisationReader
from keyless.adopt.page import report_html
from keyless.adopt.report import report_markdown
from keyless.github_api import GithubApi
from sandbox.faults import Fault, Kind
from sandbox.journal import Entry
from sandbox.seed import read_seed
from sandbox.world import World, open_world
from tests import seeds
from tests.keyless.command_run import Ended, run

pytestmark = pytest.mark.usefixtures("judged_once")

AS_OF = ("--as-of", "2026-11-30")
SEED = read_seed(seeds.file_of("mixed"))
BUCKET = "arn:aws:s3:::acme-ledger-archive"


@pytest.fixture
def world() -> Iterator[World]:
    with open_world(SEED) as opened, patch.dict(os.environ, opened.environment("prod")):
        yield opened


@dataclass(frozen=True)
class Run:
    """What a run wrote, asked GitHub and changed."""

    folder: Path
    asked: tuple[str, ...]
    changes: tuple[Entry, ...]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a run of the seed, which several tests look at."""
    folder = tmp_path_factory.mktemp("first") / "adopted"
    with open_world(SEED) as opened, patch.dict(os.environ, opened.environment("prod")):
        adopt(folder)
        return Run(folder, tuple(asked(opened)), opened.journal.changes())


def adopt(folder: Path, *words: str) -> Ended:
    return run("adopt", "--write", str(folder), "--owner", "acme", *AS_OF, *words)


def written(folder: Path) -> dict[str, str]:
    files = (each for each in folder.rglob("*") if each.is_file())
    return {str(each.relative_to(folder)): each.read_text("utf-8") for each in files}


def report(folder: Path) -> Any:
    return json.loads((folder / "report.json").read_text("utf-8"))


def asked(world: World) -> list[str]:
    return [each.target for each in world.journal.entries() if each.side == "github"]


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("kept")
    ended = adopt(tmp_path)
    assert ended.status == 2
    assert ended.err.splitlines()[-1] == (
        f"{tmp_path}: it exists already and is not empty. Nothing is "
        "overwritten. Name an empty folder, or one that does not exist yet."
    )
    assert written(tmp_path) == {"mine": "kept"}


def test_reading_is_all_it_does_and_within_its_bounds(first: Run) -> None:
    assert not first.changes
    calls = [target.split("?")[0] for target in first.asked]
    repositories = {entry["name"]: entry for entry in SEED.github["repositories"]}
    per_repository = Counter(
        match[1] for call in calls if (match := re.search(r"/repos/acme/([^/?]+)/", call))
    )
    for name, entry in repositories.items():
        files = [f for f in entry.get("files", {}) if f.startswith(".github/workflows/")]
        environments = len(entry.get("environments", ()))
        bound = 7 + 3 * environments + len(entry.get("rulesets", ())) + len(files)
        assert per_repository[name] <= bound, name
    others = Counter(call for call in calls if not re.search(r"/repos/acme/[^/?]+/", call))
    assert others.pop("/users/acme") == others.pop("/orgs/acme/repos") == 1
    gone = {name.rpartition("/")[2]: number for name, number in others.items()}
    assert not gone.keys() & repositories.keys()
    assert set(gone.values()) <= {1}


def test_a_run_that_a_limit_ended_goes_on(first: Run, world: World, tmp_path: Path) -> None:
    whole = len(first.asked)
    world.faults.add(Fault(kind=Kind.RATE_LIMITED, nth=60, times=whole))
    ended = adopt(tmp_path / "twice")
    world.faults.clear()
    assert ended.status == 2
    assert "it goes on from there." in ended.err
    assert list(written(tmp_path / "twice")) == [NAME]
    before = len(asked(world))
    adopt(tmp_path / "twice")
    assert len(asked(world)) - before <= whole - 59
    assert written(tmp_path / "twice") == written(first.folder)


def test_answers_of_another_day_are_asked_again(world: World, tmp_path: Path) -> None:
    stale = {"asked": "2026-01-01T00:00:00+00:00", "answers": {"get/users/acme": None}}
    (tmp_path / NAME).write_text(json.dumps(stale))
    assert adopt(tmp_path).status == 1
    assert NAME not in written(tmp_path)


def test_long_work_says_how_far_it_is(world: World) -> None:
    said: list[str] = []
    OrganisationReader(GithubApi.from_environment(), "acme", said.append).read([], [])
    total = len(SEED.github["repositories"])
    assert [each.partition(":")[0] for each in said] == [
        f"read {number} of {total} repositories" for number in range(1, total + 1)
    ]


def test_what_was_used_comes_from_a_trail(world: World, tmp_path: Path) -> None:
    user = "arn:aws:iam::222222222222:user/ledger-batch-ci"
    role = "arn:aws:iam::222222222222:role/storehouse-prod"
    trail = tmp_path / "trail.csv"
    trail.write_text(
        "principal,service,action,resources,times,denied\n"
        f"{user},s3.amazonaws.com,PutObject,{BUCKET}/a.gz,4,0\n"
        f"{role},sts.amazonaws.com,GetCallerIdentity,,1,0\n"
    )
    adopt(tmp_path / "out", "--trail", str(trail))
    found = report(tmp_path / "out")
    (keys,) = found["static_keys"]
    assert keys["from_trail"]
    assert [each["actions"] for each in keys["permissions"]] == [["s3:PutObject"]]
    assert keys["says"] == ["s3:ListBucket: granted, and not used in the time of the trail."]
    roles = {each["role"]: each["unused"] for each in found["roles"]}
    assert roles["storehouse-prod"]
    assert "not known" not in written(tmp_path / "out")["report.md"]
    query = written(tmp_path / "out")["trail.sql"]
    assert f"'{user}'" in query
    assert f"'{role}'" in query


def test_a_key_is_replaced_by_an_entry_and_a_command(first: Run) -> None:
    (keys,) = report(first.folder)["static_keys"]
    (replacement,) = keys["replacements"]
    assert replacement["commands"] == [
        "keyless migrate ledger-batch/.github/workflows/mirror.yml --job mirror "
        "--role ci --config Pulumi.prod.yaml --repository acme/ledger-batch"
    ]
    permissions = replacement["entry"]["environments"]["batch"]["roles"]["ci"]["permissions"]
    assert permissions == keys["permissions"]
    assert replacement["says"] == [
        "A role that writes needs an environment: the job on main gets batch."
    ]


def test_adopted_roles_keep_their_tags_and_get_rights_of_their_own(first: Run) -> None:
    entry = yaml.safe_load(written(first.folder)["catalogue/till.yaml"])["repositories"]["till"]
    (role,) = entry["environments"]["production"]["roles"].values()
    tags = {t["Key"]: t["Value"] for t in _details("github-actions-till-deploy")["Tags"]}
    assert role["tags"] == tags
    rights = json.loads(written(first.folder)["rights/adopted-roles-1.json"])
    adopted = {
        f"arn:aws:iam::222222222222:role{each['path']}{each['role']}"
        for each in report(first.folder)["roles"]
        if each["decision"] == "adopt"
    }
    for statement in rights["Statement"]:
        assert set(statement["Resource"]) == adopted


def _details(name: str) -> Any:
    roles = SEED.aws["details"]["RoleDetailList"]
    return next(each for each in roles if each["RoleName"] == name)


def test_no_name_becomes_markup(first: Run) -> None:
    text = json.dumps(report(first.folder))
    for name in ("storehouse-prod", "till-all", "ledger-batch-ci", "preview"):
        text = text.replace(name, "<img src=x>[a](b)`|")
    hostile = json.loads(text)
    page = report_html(hostile, "prod")
    assert "<img" not in page
    assert "script-src" not in page
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in page
    assert "<img" not in report_markdown(hostile, "prod")


@pytest.mark.parametrize("name", ["mixed", "freight"])
def test_the_printed_migration_works_once_the_entry_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    seed, folder = read_seed(seeds.file_of(name)), tmp_path / "out"
    with open_world(seed) as opened, patch.dict(os.environ, opened.environment("prod")):
        adopt(folder)
    monkeypatch.chdir(folder)
    repositories = {each["name"]: each for each in seed.github["repositories"]}
    replacements = [one for keys in report(folder)["static_keys"] for one in keys["replacements"]]
    assert replacements
    for replacement in replacements:
        repository = replacement["repository"].partition("/")[2]
        catalogue = folder / "catalogue" / f"{repository}.yaml"
        held = yaml.safe_load(catalogue.read_text("utf-8"))
        environments = held["repositories"][repository]["environments"]
        for environment, entry in replacement["entry"]["environments"].items():
            environments[environment].setdefault("roles", {}).update(entry["roles"])
        catalogue.write_text(yaml.safe_dump(held), encoding="utf-8")
        for path, text in repositories[repository]["files"].items():
            file = folder / repository / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        for command in replacement["commands"]:
            ended = run(*shlex.split(command)[1:])
            assert ended.status == 0, ended.err
            assert "role-to-assume" in ended.out


def test_a_reviewer_whom_github_does_not_name_is_no_reviewer(world: World, tmp_path: Path) -> None:
    whole = GithubApi.get_all

    def without(api: GithubApi, *path: str, **words: Any) -> Any:
        found = whole(api, *path, **words)
        for each in found or () if path[-1] == "environments" else ():
            for rule in each["protection_rules"]:
                for one in rule.get("reviewers", ()):
                    one["reviewer"] = None
        return found

    with patch.object(GithubApi, "get_all", without):
        ended = adopt(tmp_path / "out")
    assert ended.status == 2
    assert re.fullmatch(
        "adopt: acme/[a-z-]+/environments/[a-z]+ has a reviewer whom GitHub does not name. Nobody "
        "can be written in that place. Take the reviewer out of the environment, in its settings.",
        ended.err.splitlines()[-1],
    )
    assert not (tmp_path / "out").exists()
