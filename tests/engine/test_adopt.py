"""What exists is taken over through the real engine: nothing is deleted, replaced or made anew."""

import json
import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from keyless.adopt.decisions import Decided
from keyless.adopt.recognition import rights_of
from keyless.command_line.main import main
from keyless.estate.presets import Place
from sandbox.children import run_child
from sandbox.engine import Engine
from sandbox.seed import read_seed
from sandbox.world import World, open_world
from tests import seeds
from tests.engine.stack import Stack, open_stack
from tests.keyless.adopt.held import decided_world


def adopt(world: World, folder: Path, as_of: str) -> None:
    with patch.dict(os.environ, world.environment("prod")):
        words = ["adopt", "--write", str(folder), "--owner", "acme", "--as-of", as_of]
        assert main(words) in (0, 1)


def lay_out(stack: Stack, folder: Path) -> None:
    """Copy what adopt has written into the project, over the links to the code."""
    shutil.copytree(folder, stack.bench.project, dirs_exist_ok=True)


ROLE, POLICY = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
NEW = {
    "aws:iam/policy:Policy",
    "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable",
    "github:index/actionsVariable:ActionsVariable",
}
"""What an adoption makes: the boundary, and variables that nobody had."""

CHANGES = {
    ROLE: {"assumeRolePolicy", "description", "permissionsBoundary", "tags", "tagsAll"},
    POLICY: {"policy"},
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": {"clientIdLists"},
    "github:index/repositoryEnvironment:RepositoryEnvironment": {
        "canAdminsBypass",
        "preventSelfReview",
    },
}
"""What may change of a thing that is taken over."""


def planned(stack: Stack) -> list[dict[str, Any]]:
    """Return the steps that the next `up` takes, components aside."""
    ended = stack.run("preview", "--json")
    assert ended.returncode == 0, ended.stdout
    steps: list[dict[str, Any]] = json.loads(ended.stdout[ended.stdout.index("{") :])["steps"]
    return [step for step in steps if not kind_of(step).startswith(("keyless:", "pulumi:"))]


def kind_of(step: dict[str, Any]) -> str:
    return str(step["urn"]).split("::")[2].rpartition("$")[2]


def name_of(step: dict[str, Any]) -> str:
    return str(step["urn"]).split("::", 3)[3]


def admitted(decided: Decided) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the contexts in which jobs get into the roles that are taken over."""
    adopted = {one.role.arn for one in decided.roles if one.decision == "adopt"}
    return {(use.label, use.source): use.admitted for use in decided.uses if use.role in adopted}


def granted(decided: Decided) -> dict[str, Any]:
    """Return what the roles that are taken over may do."""
    place = Place("aws", "222222222222", "eu-west-1")
    return {
        one.role.name: (
            frozenset(
                a for document in one.role.inline.values() for a in rights_of(document, place)
            ),
            frozenset(one.role.attached),
        )
        for one in decided.roles
        if one.decision == "adopt"
    }


SITE = "harbor-site/environment/production/deploy"


def test_a_role_that_exists_is_refused_at_preview(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "adopted"
    with (
        open_world(read_seed(seeds.file_of("small"))) as world,
        open_stack(engine, world, {}) as one,
    ):
        adopt(world, folder, "2026-11-30")
        stack = replace(one, bench=one.bench.with_own_code())
        lay_out(stack, folder)
        file = json.loads((folder / "import.json").read_text())
        file["resources"] = [
            each for each in file["resources"] if (each["type"], each["name"]) != (ROLE, SITE)
        ]
        (stack.bench.project / "import.json").write_text(json.dumps(file))
        stack.succeed("import", "--file", "import.json", "--generate-code=false", "--yes")
        command = f"pulumi import --generate-code=false {ROLE} {SITE} harbor-site-deploy"
        assert (
            f"{SITE}: the account has arn:aws:iam::222222222222:role/harbor-site-deploy already, "
            "and this stack did not create it under this name. A name is taken once. If the entry "
            "was renamed, write renamed_from: [FORMER NAME] in it. Otherwise take it over: "
            f"{command}"
        ) in stack.run("preview").stdout
        wrong = f"import --generate-code=false {ROLE} site-role harbor-site-deploy --yes"
        stack.succeed(*wrong.split())
        said = stack.run("preview").stdout
        assert (
            f'{SITE}: the state has "harbor-site-deploy" as "site-role", a name that no entry '
            "makes, so it would be deleted."
        ) in said
        forget = f"state delete --force --yes urn:pulumi:prod::keyless::{ROLE}::site-role"
        assert f"pulumi {forget} Then take it over under its own name: {command}" in said
        stack.succeed(*forget.split())
        stack.succeed(*command.split()[1:], "--yes")
        catalogue = stack.bench.project / "catalogue" / "harbor-site.yaml"
        whole = catalogue.read_text()
        catalogue.write_text(whole.replace("role_path: /\n", "role_path: /ci/\n", 1))
        refused = stack.run("preview")
        assert refused.returncode != 0
        assert (
            f'{SITE}: the role "harbor-site-deploy" exists on the path /, and the entry says '
            "/ci/. A role cannot be moved: it would be deleted, and whoever uses it locked out. "
            "Write role_path: /"
        ) in refused.stdout
        catalogue.write_text(whole)
        stack.succeed("preview")


@pytest.mark.parametrize("name", ["mixed", pytest.param("small", marks=pytest.mark.long)])
def test_seed_is_taken_over(engine: Engine, tmp_path: Path, name: str) -> None:
    folder, as_of = tmp_path / "adopted", seeds.expected(name)["as_of"]
    with open_world(read_seed(seeds.file_of(name))) as world, open_stack(engine, world, {}) as one:
        before = decided_world(world, as_of)
        adopt(world, folder, as_of)
        stack = replace(one, bench=one.bench.with_own_code())
        lay_out(stack, folder)
        stack.succeed("import", "--file", "import.json", "--generate-code=false", "--yes")
        resources = json.loads((folder / "import.json").read_text())["resources"]
        imported = {(each["type"], each["name"]) for each in resources}
        for step in planned(stack):
            kind, thing = kind_of(step), name_of(step)
            assert step["op"] in ("same", "update", "create"), (step["op"], thing)
            if step["op"] == "create":
                assert (kind, thing) not in imported
                assert kind in NEW or (ROLE, thing) not in imported, thing
            elif step["op"] == "update":
                assert set(step["diffReasons"]) <= CHANGES[kind], (thing, step["diffReasons"])
        stack.up()
        stack.succeed("preview", "--expect-no-changes")
        drift = run_child(
            [sys.executable, "-m", "keyless", "drift", "prod", "--json"],
            cwd=stack.bench.project,
            env=stack.bench.environment,
        )
        found = json.loads(drift.stdout[drift.stdout.index("{") :])["findings"]
        refused = {one.role.name for one in before.roles if one.decision != "adopt"}
        assert not [each for each in found if not any(name in str(each) for name in refused)]
        after = decided_world(world, as_of)
    assert {one.role.name for one in before.roles if one.decision == "adopt"} <= {
        one.role.name for one in after.roles if one.decision == "adopt"
    }
    assert admitted(before).items() <= admitted(after).items()
    assert granted(before).items() <= granted(after).items()
