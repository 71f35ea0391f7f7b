"""The table of plans: each cell asked of the stand-in, and compared with what a preview refuses."""

import re
from pathlib import Path
from typing import Any, cast

import pytest

from components.lookups.guards import plan_guard
from keyless.estate.composed_roles import Visibility
from keyless.facts import PLANS, plan_named
from sandbox.github.seed import sample_estate
from tests.keyless.estate.reading.sample import read, spoiled
from tests.sandbox.github.conftest import Api, open_api

PAGE = Path(__file__).parents[2] / "docs" / "plans.md"
HEAD, _, *ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.read_text().splitlines()
    if line.startswith("|")
]
PRODUCTION = "/repos/acme/storefront/environments/production"
CUSTOM = {"protected_branches": False, "custom_branch_policies": True}
RULESET = {"name": "main", "target": "branch", "enforcement": "active", "rules": []}
ASKED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "environments": ("PUT", PRODUCTION, {"deployment_branch_policy": CUSTOM}),
    "branch patterns": ("POST", f"{PRODUCTION}/deployment-branch-policies", {"name": "main"}),
    "reviewers": ("PUT", PRODUCTION, {"reviewers": [{"type": "User", "id": 583231}]}),
    "wait timer": ("PUT", PRODUCTION, {"wait_timer": 10}),
    "bypass switch": ("PUT", PRODUCTION, {"can_admins_bypass": False}),
    "rulesets": ("POST", "/repos/acme/storefront/rulesets", RULESET),
}
SETTINGS = {
    "reviewers": "reviewers",
    "wait timer": "wait_minutes",
    "environments": "has no environments",
    "rulesets": "has no rulesets",
}


def has(api: Api, what: str) -> bool:
    return api(*ASKED[what]).status_code < 300


def test_every_plan_is_in_the_table() -> None:
    assert {row[0] for row in ROWS} == {plan.name for plan in PLANS}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]}")
def test_a_row_is_what_the_stand_in_answers_and_a_preview_says(row: list[str]) -> None:
    shown = dict(zip(HEAD, row, strict=True))
    plan, visibility = plan_named(shown["plan"]), cast(Visibility, shown["repository"])
    assert plan is not None
    state = sample_estate()
    repository = state.repository("acme/storefront")
    repository.owner.plan, repository.visibility = plan, visibility
    api = open_api(state)
    assert {what: "yes" if has(api, what) else "no" for what in ASKED} == {
        what: shown[what] for what in ASKED
    }
    raw = spoiled("environments/production/wait_minutes", 10)
    said = " ".join(plan_guard(read(raw), "storefront", plan.name, visibility))
    for what, words in SETTINGS.items():
        is_named = re.search(rf"\b{words}\b", said) is not None
        hidden = shown["environments"] == "no" and what in ("reviewers", "wait timer")
        assert is_named == (shown[what] == "no" and not hidden), what
