"""Tests of the setting `keyless:guardrail`: what it is refused for, and what the policy becomes."""

from typing import Any

import pytest

from keyless.estate.guardrail_document import Owner, guardrail_document, guardrail_of
from tests.keyless.estate.reading.sample import errors, read, spoiled

GOOD: dict[str, Any] = {"create": True, "targets": ["r-ab12"]}
CASES: list[tuple[dict[str, Any], str]] = [
    (
        {"create": False},
        "create: false. The policy is there only where a stack creates it. Write true, or leave "
        "keyless:guardrail out.",
    ),
    (
        {"create": None},
        "create: empty. true: the stack creates the policy and keeps it. Write for example "
        "create: true.",
    ),
    (
        {"targets": ["root"]},
        'targets[0]: "root" is no target of a policy. An organisation attaches it to its root, to '
        "an organizational unit or to an account. Write an id such as r-ab12, as `aws "
        "organizations list-roots` prints it.",
    ),
    (
        {"targets": []},
        "targets: an empty list. It asks for nothing. Fill it, or leave out what it belongs to.",
    ),
    (
        {"targets": ["222222222222"]},
        'targets: "222222222222" is the stack\'s account, which manages the organisation. No '
        "resource control policy applies there. Name the root, an organizational unit or another "
        "account.",
    ),
    (
        {"owners": {"Acme": 9919}},
        'owners: "Acme" is "acme". It would be kept twice, by two numbers perhaps. Leave it out.',
    ),
    (
        {"owners": {f"owner-{n}": 100_000_000 + n for n in range(500)}},
        "owners: a policy of 6296 characters for 501 owners, AWS takes 5120. Two such policies "
        "side by side would refuse each other's owners. Write one for each organizational unit, "
        "with its own owners.",
    ),
]


@pytest.mark.parametrize(("changes", "sentence"), CASES)
def test_what_is_refused(changes: dict[str, Any], sentence: str) -> None:
    raw = spoiled("keyless:guardrail", {**GOOD, **changes})
    assert errors(raw) == (f"keyless:guardrail.{sentence}",)


@pytest.mark.parametrize("target", ["r-ab12", "ou-ab12-a1b2c3d4", "111111111111"])
def test_targets(target: str) -> None:
    assert errors(spoiled("keyless:guardrail", {**GOOD, "targets": [target]})) == ()


def test_an_enterprises_own_issuer_guards_github_coms_too() -> None:
    raw = spoiled("keyless:guardrail", GOOD)
    raw["keyless:issuer"] = "https://token.actions.githubusercontent.com/acme-inc"
    settings = read(raw)
    assert settings.config.guardrail
    issuer = "token.actions.githubusercontent.com"
    assert guardrail_of(settings, settings.config.guardrail) == guardrail_document(
        [Owner("acme", 9919)], [f"{issuer}/acme-inc", issuer], "aws"
    )
