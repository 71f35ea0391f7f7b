"""A role with loose trust does not get past a preview, whoever wrote it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.engine import Engine
from sandbox.workbench import Workbench, open_workbench
from sandbox.world import World, open_world

PROJECT = Path(__file__).parent / "plain_role"
ISSUER = "token.actions.githubusercontent.com"
PROVIDER = f"arn:aws:iam::222222222222:oidc-provider/{ISSUER}"
EXACT = [
    "repo:acme/storefront:ref:refs/heads/main",
    "repo:acme@9919/storefront@811223344:ref:refs/heads/main",
]


def trust(provider: str = PROVIDER, **condition: Any) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            operator: {f"{ISSUER}:{claim}": value for claim, value in claims.items()}
            for operator, claims in condition.items()
        },
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


CASES = json.loads(
    (Path(__file__).parents[1] / "policypack" / "pack_cases" / "stacks.json").read_text("utf-8")
)
PINNED = {"repository_id": "811223344", "repository_owner_id": "9919"}
AUDIENCE = {"aud": "sts.amazonaws.com"}


@pytest.fixture(scope="module")
def place(engine: Engine) -> Iterator[tuple[World, Workbench, Path]]:
    with open_world() as world, open_workbench(engine, world.environment("prod")) as bench:
        project = bench.add_project(PROJECT)
        bench.pulumi("stack", "init", "prod", project=project).check_returncode()
        yield world, bench, project


def preview(place: tuple[World, Workbench, Path], document: str) -> tuple[int, str]:
    world, bench, project = place
    setting = f"plain-role:document={document}"
    ended = bench.pulumi("preview", "--stack", "prod", "--config", setting, project=project)
    assert world.journal.changes() == ()
    return ended.returncode, " ".join(ended.stdout.split())


def test_exact_trust_passes(place: tuple[World, Workbench, Path]) -> None:
    document = trust(StringEquals={**AUDIENCE, **PINNED, "sub": EXACT})
    status, printed = preview(place, document)
    assert (status, "[mandatory]" in printed) == (0, False), printed


def test_a_missing_audience_is_blocked(place: tuple[World, Workbench, Path]) -> None:
    status, printed = preview(place, trust(StringEquals={**PINNED, "sub": EXACT}))
    assert status == 1
    assert "trust-plain" in printed
    assert "trust-subject-pinned" not in printed
    assert (
        "statement 1: aud: null. A token for another service gets in. Write StringEquals "
        '"sts.amazonaws.com". Write instead: {"Version": "2012-10-17", '
    ) in printed


HOLES = [
    "deny-on-another-accounts-provider",
    "two-repositories-behind-one-environment-claim",
    "anybody-in-aws-beside-an-exact-statement",
]


@pytest.mark.parametrize("case", HOLES)
def test_what_a_search_may_miss_is_blocked(place: tuple[World, Workbench, Path], case: str) -> None:
    document = next(
        resource["properties"]["assumeRolePolicy"]
        for each in CASES
        if each["id"] == case
        for resource in each["resources"]
        if resource["name"] == "storefront/environment/production/deploy"
    )
    status, printed = preview(place, document)
    assert (status, "[mandatory]" in printed) == (1, True), printed


def test_a_whole_organisation_is_blocked_with_a_witness(
    place: tuple[World, Workbench, Path],
) -> None:
    document = trust(StringEquals=AUDIENCE, StringLike={"sub": "repo:acme/*"})
    status, printed = preview(place, document)
    assert status == 1
    assert "trust-subject-pinned" in printed
    assert (
        f'OWNER-WIDE: statement 1: StringLike {ISSUER}:sub "repo:acme/*" admits a token with sub '
        '"repo:acme/any-other-repo:ref:refs/heads/x". Every repository of the owner gets in, new '
        'ones too. Name one context under StringEquals: "repo:OWNER/REPOSITORY:environment:NAME".'
    ) in printed


def test_trust_that_is_unknown_at_preview_is_blocked(
    place: tuple[World, Workbench, Path],
) -> None:
    document = trust("unknown", StringEquals={**AUDIENCE, **PINNED, "sub": EXACT})
    status, printed = preview(place, document)
    assert status == 1
    assert "trust-readable" in printed
    assert (
        "UNKNOWN: assumeRolePolicy: not known at preview. It may let anybody in. Write the "
        "document with JSON text and plain values, and every ARN composed as text."
    ) in printed
