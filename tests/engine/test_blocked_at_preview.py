"""A role with loose trust does not get past a preview, no matter who wrote it."""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
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
HOLES = (
    "deny-on-another-accounts-provider",
    "two-repositories-behind-one-environment-claim",
    "anybody-in-aws-beside-an-exact-statement",
)
"""What a search may miss."""


def document_of(case: str) -> str:
    """Return the trust policy of a case of the pack."""
    (resources,) = (each["resources"] for each in CASES if each["id"] == case)
    name = "storefront/environment/production/deploy"
    (found,) = (each for each in resources if each["name"] == name)
    return str(found["properties"]["assumeRolePolicy"])


LOOSE = {
    "no-audience": trust(StringEquals={**PINNED, "sub": EXACT}),
    "whole-organisation": trust(StringEquals=AUDIENCE, StringLike={"sub": "repo:acme/*"}),
    "unknown": trust("unknown", StringEquals={**AUDIENCE, **PINNED, "sub": EXACT}),
    **{case: document_of(case) for case in HOLES},
}


@pytest.fixture(scope="module")
def place(engine: Engine) -> Iterator[tuple[World, Workbench, Path]]:
    with open_world() as world, open_workbench(engine, world.environment("prod")) as bench:
        project = bench.add_project(PROJECT)
        bench.pulumi("stack", "init", "prod", project=project).check_returncode()
        yield world, bench, project


def preview(
    place: tuple[World, Workbench, Path], documents: Mapping[str, str]
) -> "subprocess.CompletedProcess[str]":
    world, bench, project = place
    setting = f"plain-role:documents={json.dumps(documents)}"
    ended = bench.pulumi("preview", "--stack", "prod", "--config", setting, project=project)
    assert world.journal.changes() == ()
    return ended


def test_exact_trust_passes(place: tuple[World, Workbench, Path]) -> None:
    ended = preview(place, {"exact": trust(StringEquals={**AUDIENCE, **PINNED, "sub": EXACT})})
    assert (ended.returncode, "[mandatory]" in ended.stdout) == (0, False), ended.stdout


@pytest.fixture(scope="module")
def said(place: tuple[World, Workbench, Path]) -> Mapping[str, str]:
    """Preview all loose roles at once, and return what is said of each that is blocked."""
    ended = preview(place, LOOSE)
    assert ended.returncode == 1, ended.stdout
    found: dict[str, str] = {}
    for violation in re.split(r"\n +- (?=\[)", ended.stdout):
        of_a_role = re.match(r"\[mandatory\].+\(aws:iam:Role: (.+)\)\n", violation)
        if of_a_role:
            found[of_a_role[1]] = found.get(of_a_role[1], "") + " ".join(violation.split())
    return found


@pytest.mark.parametrize("role", LOOSE)
def test_each_loose_role_is_blocked(said: Mapping[str, str], role: str) -> None:
    assert role in said


def test_a_missing_audience_is_blocked(said: Mapping[str, str]) -> None:
    assert "trust-plain" in said["no-audience"]
    assert "trust-subject-pinned" not in said["no-audience"]
    assert (
        "statement 1: aud: missing. A token for another service gets in. Write StringEquals "
        '"sts.amazonaws.com". Write instead: {"Version": "2012-10-17", '
    ) in said["no-audience"]


def test_a_whole_organisation_is_blocked_with_a_witness(said: Mapping[str, str]) -> None:
    assert "trust-subject-pinned" in said["whole-organisation"]
    assert (
        f'OWNER-WIDE: statement 1: StringLike {ISSUER}:sub "repo:acme/*" admits a token with sub '
        '"repo:acme/any-other-repo:ref:refs/heads/x". Every repository of the owner gets in, new '
        'ones too. Name one context under StringEquals: "repo:OWNER/REPOSITORY:environment:NAME".'
    ) in said["whole-organisation"]


def test_trust_that_is_unknown_at_preview_is_blocked(said: Mapping[str, str]) -> None:
    assert "trust-readable" in said["unknown"]
    assert (
        "UNKNOWN: assumeRolePolicy: not known at preview. It may let anybody in. Write the "
        "document with JSON text and plain values, and every ARN composed as text. Where AWS alone "
        "can say it, as the issuer of an EKS cluster, make what it comes from in a stack of its "
        "own, or before the rest: `pulumi up --target URN`."
    ) in said["unknown"]


def test_what_aws_alone_can_say_is_made_before_the_rest(
    place: tuple[World, Workbench, Path],
) -> None:
    _, bench, project = place
    exact = trust("unknown", StringEquals={**AUDIENCE, **PINNED, "sub": EXACT})
    setting = ("--config", f"plain-role:documents={json.dumps({'exact': exact})}")
    kind = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
    target = ("--target", f"urn:pulumi:first::plain-role::{kind}::github")
    bench.pulumi("stack", "init", "first", project=project).check_returncode()

    def run(*arguments: str) -> str:
        ended = bench.pulumi(*arguments, "--stack", "first", *setting, project=project)
        assert (ended.returncode, "[mandatory]" in ended.stdout) == (0, False), ended.stdout
        return ended.stdout

    assert "Role" not in run("up", "--yes", "--skip-preview", *target)
    assert re.search(r"aws:iam:Role +exact +create", run("preview"))
