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

from keyless.adopt.decided import Decided
from keyless.adopt.entries import write_entries
from keyless.main import main
from sandbox.children import run_child
from sandbox.engine import Engine
from sandbox.faults import Fault, Kind
from sandbox.seed import read_seed
from sandbox.world import World, open_world
from tests import seeds
from tests.engine.stack import Stack, open_stack
from tests.keyless.adopt.held import decided_world
from tests.keyless.adopt.proof import (
    admitted_anew,
    adopted,
    changed_environments,
    entering,
    granted,
)


def adopt(world: World, folder: Path, as_of: str) -> None:
    with patch.dict(os.environ, world.environment("prod")):
        words = ["adopt", "--write", str(folder), "--owner", "acme", "--as-of", as_of]
        assert main(words) in (0, 1)


def decided(world: World, as_of: str) -> Decided:
    """Return what is decided, without what no entry can say."""
    return write_entries(decided_world(world, as_of), "prod").decided


def lay_out(stack: Stack, folder: Path) -> None:
    """Copy what adopt has written into the project, over the links to the code."""
    shutil.copytree(folder, stack.bench.project, dirs_exist_ok=True)


IMPORT = ("import", "--file", "import.json", "--generate-code=false", "--yes")
SOME = "mixed"
"""The seed of the runs that end early; the others take one to two minutes each."""

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


def assert_planned(steps: list[dict[str, Any]], folder: Path, before: Decided) -> None:
    """Expect of what is taken over updates alone, and creations of what nobody had."""
    resources = json.loads((folder / "import.json").read_text())["resources"]
    imported = {(each["type"], each["name"]) for each in resources}
    adopted_roles = {name for kind, name in imported if kind == ROLE}
    new_roles = {name_of(s) for s in steps if s["op"] == "create" and kind_of(s) == ROLE}
    for step in steps:
        kind, thing = kind_of(step), name_of(step)
        assert step["op"] in ("same", "update", "create"), (step["op"], thing)
        if step["op"] == "create":
            assert (kind, thing) not in imported
            assert not any(thing.startswith(f"{role}/") for role in adopted_roles), thing
            is_of_new_role = any(thing.startswith(role) for role in new_roles)
            assert kind in NEW or is_of_new_role, thing
            assert_new_variable(step, before)
        elif step["op"] == "update":
            assert set(step["diffReasons"]) <= CHANGES[kind], (thing, step["diffReasons"])


def assert_new_variable(step: dict[str, Any], before: Decided) -> None:
    """Expect that a variable which is created is one that nobody had."""
    inputs = step["newState"]["inputs"]
    if "variableName" not in inputs:
        return
    (repository,) = (
        one for one in before.organisation.repositories if one.name == inputs["repository"]
    )
    environment = repository.environment(inputs.get("environment", ""))
    held = environment.variables if environment else repository.variables
    assert inputs["variableName"] not in held


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
        stack.succeed(*IMPORT)
        command = f"pulumi import --generate-code=false {ROLE} {SITE} harbor-site-deploy"
        assert (
            f"{SITE}: the account has arn:aws:iam::222222222222:role/harbor-site-deploy already, "
            "and this stack did not create it under this name. A name is taken once. If the entry "
            "was renamed, write renamed_from: [FORMER NAME] in it. Otherwise take it over: "
            f"{command}"
        ) in stack.refuse("preview")
        wrong = f"import --generate-code=false {ROLE} site-role harbor-site-deploy --yes"
        stack.succeed(*wrong.split())
        said = stack.refuse("preview")
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
        assert (
            f'{SITE}: the role "harbor-site-deploy" exists on the path /, and the entry says '
            "/ci/. A role cannot be moved: it would be deleted, and its jobs would be locked out. "
            "Write role_path: /"
        ) in stack.refuse("preview")
        catalogue.write_text(whole)
        stack.succeed("preview")


@pytest.mark.long
@pytest.mark.parametrize("name", seeds.NAMES)
def test_seed_is_taken_over(engine: Engine, tmp_path: Path, name: str) -> None:
    folder, as_of = tmp_path / "adopted", seeds.expected(name)["as_of"]
    with open_world(read_seed(seeds.file_of(name))) as world, open_stack(engine, world, {}) as one:
        before = decided(world, as_of)
        adopt(world, folder, as_of)
        stack = replace(one, bench=one.bench.with_own_code())
        lay_out(stack, folder)
        stack.succeed(*IMPORT)
        assert_planned(planned(stack), folder, before)
        stack.unjudged.up()
        stack.assert_unchanged()
        assert_no_drift(stack, before)
        after = decided(world, as_of)
    assert_taken_over(before, after)


def assert_no_drift(stack: Stack, before: Decided) -> None:
    drift = run_child(
        [sys.executable, "-m", "keyless", "drift", "prod", "--json"],
        cwd=stack.bench.project,
        env=stack.bench.environment,
    )
    found = json.loads(drift.stdout[drift.stdout.index("{") :])["findings"]
    others = {one.role.name for one in before.roles if one.decision != "adopt"}
    assert not [each for each in found if not any(name in str(each) for name in others)]


def assert_taken_over(before: Decided, after: Decided) -> None:
    roles = {role.arn: role.judgement for role in after.account.roles}
    assert adopted(before).keys() <= adopted(after).keys()
    for arn, one in adopted(before).items():
        assert list(admitted_anew(before, one.role.judgement, roles[arn])) == []
    assert entering(before).items() <= entering(after).items()
    assert granted(before).items() <= granted(after).items()
    assert list(changed_environments(before, after)) == []


@pytest.mark.parametrize(
    "action", ["GetRolePolicy", pytest.param("GetRole", marks=pytest.mark.long)]
)
def test_a_second_run_goes_on_where_an_import_or_an_up_ended(
    engine: Engine, tmp_path: Path, action: str
) -> None:
    folder, as_of = tmp_path / "adopted", seeds.expected(SOME)["as_of"]
    with open_world(read_seed(seeds.file_of(SOME))) as world, open_stack(engine, world, {}) as one:
        before = decided(world, as_of)
        adopt(world, folder, as_of)
        stack = replace(one, bench=one.bench.with_own_code())
        lay_out(stack, folder)
        refused = Fault(kind=Kind.SERVER_ERROR, side="aws", action=action, nth=3, times=99)
        world.faults.add(refused)
        assert stack.run(*IMPORT).returncode != 0
        world.faults.clear()
        stack.succeed(*IMPORT)
        assert_planned(planned(stack), folder, before)
        ended = Fault(kind=Kind.SERVER_ERROR, side="aws", action="UpdateAssumeRolePolicy", nth=2)
        world.faults.add(replace(ended, times=99))
        stack.refuse("up", "--yes", "--skip-preview")
        world.faults.clear()
        stack.unjudged.up()
        stack.assert_unchanged()
        assert_no_drift(stack, before)
        after = decided(world, as_of)
    assert_taken_over(before, after)
