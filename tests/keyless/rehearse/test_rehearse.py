"""Rehearsals: events against the roles of the sample estate, and against loosened ones."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.keyless.command_run import Ended, run
from tests.keyless.exported import (
    EMPTY,
    PREVIEW,
    STATE,
    resource,
    state,
    streamed,
    trust_policy,
    trusting,
)
from tests.keyless.golden import assert_golden

ISSUER = "token.actions.githubusercontent.com"
Spoil = Callable[[dict[str, Any]], None]


def condition(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["Statement"][0]["Condition"]
    return found


def loosened(tmp_path: Path, *, sub: str | None, drop: tuple[str, ...] = ()) -> Path:
    """Write a state whose storefront deploy role has another subject, and lacks some claims."""
    document = trust_policy()
    exact = condition(document)["StringEquals"]
    for claim in ("sub", *drop):
        del exact[f"{ISSUER}:{claim}"]
    if sub is not None:
        condition(document)["StringLike"] = {f"{ISSUER}:sub": sub}
    file = tmp_path / "state.json"
    file.write_text(trusting(document))
    return file


def surprises(ended: Ended) -> set[tuple[str, str | None]]:
    """Return event and form of everything that came to something else than the role is for."""
    return {
        (outcome["event"], outcome["form"])
        for role in json.loads(ended.out)["roles"]
        for outcome in role["outcomes"]
        if outcome["surprising"]
    }


def test_one_role_as_people_see_it() -> None:
    ended = run("rehearse", "storefront", "environment/production", "--from", str(STATE))
    assert (ended.status, ended.err) == (0, "")
    assert_golden("rehearse.txt", ended.out)


def test_a_merge_queue_gets_in_where_it_is_listed(tmp_path: Path) -> None:
    exported = state()
    stack = resource(exported, ":Stack", "keyless-prod")
    for role in stack["outputs"]["access"]:
        role["branches"] = ["gh-readonly-queue/main/*"]
    file = tmp_path / "state.json"
    file.write_text(json.dumps(exported))
    ended = run("rehearse", "storefront", "environment/production", "--from", str(file), "--json")
    assert surprises(ended) == set()
    outcomes = [
        (outcome["event"], outcome["result"])
        for role in json.loads(ended.out)["roles"]
        for outcome in role["outcomes"]
    ]
    assert ("merge-queue", "in") in outcomes
    assert ("merge-queue", "out") not in outcomes


def test_pull_requests_alone_get_into_a_review_environment(tmp_path: Path) -> None:
    exported = state()
    stack = resource(exported, ":Stack", "keyless-prod")
    for role in stack["outputs"]["access"]:
        role |= {"branches": ["refs/pull/*/merge"], "tags": []}
    file = tmp_path / "state.json"
    file.write_text(json.dumps(exported))
    ended = run("rehearse", "storefront", "environment/production", "--from", str(file), "--json")
    assert surprises(ended) == set()
    outcomes = {
        (outcome["event"], outcome["result"])
        for role in json.loads(ended.out)["roles"]
        for outcome in role["outcomes"]
    }
    assert {("pull-request", "in"), ("dispatch", "out"), ("pull-request-target", "out")} <= outcomes


@pytest.mark.parametrize(("until", "ends"), [("2026-01-31", True), ("2999-01-31", False)])
def test_a_role_whose_time_has_ended_lets_nobody_in(tmp_path: Path, until: str, ends: bool) -> None:
    exported = state()
    for role in resource(exported, ":Stack", "keyless-prod")["outputs"]["access"]:
        role["until"] = until
    file = tmp_path / "state.json"
    file.write_text(json.dumps(exported))
    ended = run("rehearse", "storefront", "environment/production", "--from", str(file), "--json")
    outcomes = [each for role in json.loads(ended.out)["roles"] for each in role["outcomes"]]
    assert all(each["result"] == "out" for each in outcomes) is ends
    said = "AWS: the trust policy ends with 2026-01-31"
    assert any(each["decided_by"] == said for each in outcomes) is ends
    assert bool(surprises(ended)) is ends


@pytest.mark.parametrize("file", [STATE, PREVIEW])
def test_the_sample_estate_is_as_meant(file: Path) -> None:
    ended = run("rehearse", "--from", str(file), "--json")
    assert ended.status == 0
    listing = json.loads(ended.out)
    assert listing["surprises"] == 0
    assert {role["name"] for role in listing["roles"]} == {
        "acme-checkout-api-production-deploy",
        "acme-infrastructure-production-deploy",
        "acme-infrastructure-pull-requests-plan",
        "acme-storefront-production-deploy",
        "acme-storefront-production-migrate",
    }
    meant = [o for role in listing["roles"] for o in role["outcomes"] if o["expected"] == "in"]
    assert all(outcome["result"] == "in" for outcome in meant)
    assert {outcome["form"] for outcome in meant} == {"name", "immutable"}


IDS = ("repository_id", "repository_owner_id")


@pytest.mark.parametrize(
    ("sub", "drop", "expected"),
    [
        ("repo:acme/storefront:environment:production", IDS, {("recycled-owner", "name")}),
        ("repo:acme/storefront*:environment:production", IDS, {("sibling", "name")}),
        ("repo:acme*:environment:production", IDS, {("lookalike-owner", "immutable")}),
        ("repo:acme/*", IDS, {("neighbour", "name")}),
        ("*:environment:production", IDS, {("fork", "immutable")}),
        ("*acme/storefront*", IDS, {("strangers-template", "template")}),
        ("*", (*IDS, "aud"), {("other-audience", "name"), ("fork", "name")}),
        ("repo:acme/storefront:*", (), {("pull-request-bare", "name")}),
    ],
)
def test_a_loose_policy_surprises(
    tmp_path: Path, sub: str, drop: tuple[str, ...], expected: set[tuple[str, str]]
) -> None:
    ended = run("rehearse", "--from", str(loosened(tmp_path, sub=sub, drop=drop)), "--json")
    assert ended.status == 1
    assert expected <= surprises(ended)
    # A push elsewhere that names the environment is GitHub's to refuse, whatever AWS says.
    assert ("push-elsewhere", "name") not in surprises(ended)


def test_a_first_preview_does_not_know_any_arn_yet(tmp_path: Path) -> None:
    """A streamed preview writes a mark of its own in the place of what is not known."""
    file = tmp_path / "preview.json"
    file.write_text(streamed())
    assert run("rehearse", "--from", str(file)) == run("rehearse", "--from", str(PREVIEW))


def test_a_step_that_does_not_say_what_it_does_hides_no_role(tmp_path: Path) -> None:
    preview = json.loads(PREVIEW.read_text())
    for step in preview["steps"]:
        step["op"] = {"delete": True}
    file = tmp_path / "preview.json"
    file.write_text(json.dumps(preview))
    assert run("rehearse", "--from", str(file)) == run("rehearse", "--from", str(PREVIEW))


def test_a_job_that_is_locked_out_surprises(tmp_path: Path) -> None:
    """A rename would lock the repository out: one of the two forms is not let in."""
    document = trust_policy()
    condition(document)["StringEquals"][f"{ISSUER}:sub"] = (
        "repo:acme/storefront:environment:production"
    )
    file = tmp_path / "state.json"
    file.write_text(trusting(document))
    ended = run("rehearse", "storefront", "--from", str(file))
    assert ended.status == 1
    assert (
        "acme-storefront-production-deploy: push to main, in the environment production stays out."
        in ended.out.replace("\n  ", " ")
    )


def test_an_environment_for_tags_alone_takes_no_branch(tmp_path: Path) -> None:
    exported = state()
    stack = next(one for one in exported["deployment"]["resources"] if "access" in one["outputs"])
    for role in stack["outputs"]["access"]:
        role["branches"] = []
    file = tmp_path / "state.json"
    file.write_text(json.dumps(exported))
    ended = run("rehearse", "storefront", "environment/production", "--from", str(file), "--json")
    outcomes = json.loads(ended.out)["roles"][0]["outcomes"]
    assert {outcome["label"] for outcome in outcomes if outcome["result"] == "in"} == {
        "push of tag v1, in the environment production",
        "push of tag v1, in the environment production, calling the reusable workflow of a "
        "stranger",
        "run by hand on tag v1, in the environment production",
    }


def test_the_judges_witness_is_rehearsed(tmp_path: Path) -> None:
    """What no event of the scenarios tries is still found, as the judge proves it."""
    file = loosened(tmp_path, sub="repo:acme*/storefront*:environment:productio?")
    ended = run("rehearse", "--from", str(file), "--json")
    assert (ended.status, surprises(ended)) == (1, {("witness", "name")})


def test_a_policy_that_cannot_be_read_is_not_taken_for_safe(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    file.write_text(trusting("no policy"))
    ended = run("rehearse", "--from", str(file), "--json")
    assert ended.status == 1
    assert ("unknown", None) in surprises(ended)


def test_a_role_of_other_programs_is_rehearsed_by_its_own_policy(tmp_path: Path) -> None:
    """Without the output `access` the policy says what the role is for."""
    exported = json.loads(trusting(trust_policy()))
    for one in exported["deployment"]["resources"]:
        if one["type"] == "pulumi:pulumi:Stack":
            one["outputs"] = {}
    file = tmp_path / "state.json"
    file.write_text(json.dumps(exported))
    ended = run("rehearse", "acme/storefront", "--from", str(file), "--json")
    (deploy, _) = json.loads(ended.out)["roles"]
    assert ended.status == 0
    assert deploy["contexts"] == ["environment/production"]
    by_event = {outcome["event"]: outcome for outcome in deploy["outcomes"]}
    assert by_event["push"]["result"] == "in"
    assert by_event["push-elsewhere"]["expected"] == "open"
    assert by_event["recycled-owner"]["result"] == "out"


def test_selection() -> None:
    assert run("rehearse", "shop", "--from", str(STATE)).err == (
        'repository: "shop" has no role here. There is nothing to rehearse. Write one of: '
        "acme/checkout-api, acme/infrastructure, acme/storefront.\n"
    )
    assert run("rehearse", "storefront", "environment/prod", "--from", str(STATE)).err == (
        'context: "environment/prod" has no role here. There is nothing to rehearse. Write one of: '
        "environment/production.\n"
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            json.dumps(EMPTY),
            "state.json: no role that trusts GitHub. There is nothing to rehearse. Run `pulumi up` "
            "first, or rehearse what it would make: --preview.",
        ),
        (
            "[" * 100_000,
            "state.json: nested too deep. A review reads what the tools print as JSON. Hand in "
            "what was printed, unchanged.",
        ),
        (
            '{"deployment": ',
            "state.json: no JSON at line 1. A review reads what the tools print as JSON. Hand in "
            "what was printed, unchanged.",
        ),
        (
            "{}",
            "state.json: neither an exported state nor a preview. No resources can be found in it. "
            "Hand in what `pulumi stack export` or `pulumi preview --json` prints.",
        ),
        (
            '{"steps": [], "diagnostics": [{"severity": "error"}]}',
            "state.json: the preview did not succeed. What it would make is not known in full. "
            "Mend what `pulumi preview` says and take it anew.",
        ),
    ],
)
def test_what_cannot_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("state.json").write_text(text)
    ended = run("rehearse", "--from", "state.json")
    assert (ended.status, ended.out, ended.err) == (2, "", f"{sentence}\n")
