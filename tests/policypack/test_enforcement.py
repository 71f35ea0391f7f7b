"""A policy that fails blocks: what comes of policies that misbehave."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pulumi_policy import EnforcementLevel, Severity

from keyless.rules.iam_types import folded
from policypack.enforcement import resource_policy, stack_policy
from policypack.finding import Finding
from tests.policypack import estate
from tests.policypack.analyzer import UNKNOWN, Pack, Violation
from tests.policypack.in_process import pack_in_process
from tests.policypack.misbehaving import misbehaving as policies

WHY = "What cannot be judged is not let through."
MEND = "Write the resource in a plainer way, or mend the policy."


@pytest.fixture(scope="module")
def misbehaving(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return pack_in_process(tmp_path_factory.mktemp("misbehaving"), policies())


@pytest.mark.parametrize(
    ("name", "error"), [("x", "KeyError \"'missing'\""), ("exits", 'SystemExit "0"')]
)
def test_exception_is_a_violation_beside_what_was_found(
    misbehaving: Pack, name: str, error: str
) -> None:
    found = [each for each in misbehaving.judge_one(estate.role(name)) if each.policy == "fails"]
    assert found == [
        Violation("fails", "mandatory", name, "before"),
        Violation(
            "fails",
            "mandatory",
            name,
            f'aws:iam/role:Role "{name}": fails ended with {error}. {WHY} {MEND}',
        ),
    ]


def test_unknown_value_that_slips_through_is_a_violation(misbehaving: Pack) -> None:
    assert misbehaving.says("reads", estate.role("x")) == []
    assert misbehaving.says("reads", estate.role("x", description=UNKNOWN)) == [
        f'aws:iam/role:Role "x": description is not known before the update. {WHY} Write a value '
        "known by then."
    ]
    assert misbehaving.says("reads", estate.role("x", tags={"team": UNKNOWN})) == [
        f'aws:iam/role:Role "x": tags.team is not known before the update. {WHY} Write a value '
        "known by then."
    ]


def test_long_and_unprintable_sentences_are_tamed(misbehaving: Pack) -> None:
    assert misbehaving.says("floods", estate.role("x")) == [
        "x" * 2997 + "...",
        r"a\u001b[31mb\u202ec\nd",
    ]


def test_one_failure_hides_no_other_resource(misbehaving: Pack) -> None:
    roles = [estate.role(name) for name in ("one", "bad", "two")]
    assert misbehaving.says_of_stack("fails-for-one", roles) == [
        ("bad", f'aws:iam/role:Role "bad": fails-for-one ended with ValueError "no". {WHY} {MEND}'),
        ("one", "judged"),
        ("two", "judged"),
    ]


def test_failure_outside_of_any_resource_is_reported_on_the_stack(misbehaving: Pack) -> None:
    [(name, sentence)] = misbehaving.says_of_stack("fails-for-all", estate.compliant())
    assert name == "keyless-test"
    assert sentence == (
        'pulumi:pulumi:Stack "keyless-test": fails-for-all ended with RuntimeError "no stack". '
        f"{WHY} {MEND}"
    )


def test_a_failure_in_a_stack_without_a_root_is_reported_on_its_first_resource(
    misbehaving: Pack,
) -> None:
    found = misbehaving.says_of_stack("fails-for-all", [estate.role("x"), estate.provider()])
    [(name, sentence)] = found
    assert name == "x"
    assert sentence.startswith('aws:iam/role:Role "x": fails-for-all ended with RuntimeError ')


def test_empty_stack_is_judged(pack: Pack) -> None:
    assert pack.judge_stack([]) == []


def test_every_kind_of_unknown_and_the_float_of_a_number_are_read(pack: Pack) -> None:
    role = replace(estate.role(), properties={**estate.role().properties, "tags": UNKNOWN})
    assert pack.judge_one(role) == []


SAID: dict[str, Any] = {
    "display_name": "Seen",
    "description": "It is seen.",
    "severity": Severity.HIGH,
    "remediation_steps": "Look away.",
}


@pytest.mark.parametrize("level", [EnforcementLevel.ADVISORY, EnforcementLevel.MANDATORY])
def test_a_policy_says_what_it_was_made_with(level: EnforcementLevel) -> None:
    of_resource = resource_policy(
        "seen", types=frozenset(), validate=lambda *_: None, enforcement_level=level, **SAID
    )
    of_stack = stack_policy("seen", validate=lambda *_: None, enforcement_level=level, **SAID)
    for policy in (of_resource, of_stack):
        assert {key: getattr(policy, key) for key in SAID} == SAID
        assert (policy.name, policy.url) == ("seen", "docs/policies.md#seen")
        assert policy.enforcement_level is level


def test_a_policy_blocks_unless_it_says_otherwise() -> None:
    of_resource = resource_policy("x", types=frozenset(), validate=lambda *_: None, **SAID)
    of_stack = stack_policy("x", validate=lambda *_: None, **SAID)
    assert of_resource.enforcement_level is of_stack.enforcement_level is EnforcementLevel.MANDATORY


def seen_as(tmp_path: Path, types: frozenset[str] | Callable[[str], str | bool]) -> Pack:
    """Return a pack of one policy that says as what type it sees a resource."""
    policy = resource_policy(
        "seen",
        types=types,
        validate=lambda resource, report: report(Finding(resource.type)),
        **SAID,
    )
    return pack_in_process(tmp_path, [policy])


ODDLY_WRITTEN = "aws:iam/Role:ROLE"


@pytest.mark.parametrize(
    ("types", "seen"),
    [
        (frozenset({estate.ROLE}), [estate.ROLE]),
        (frozenset({estate.ROLE_POLICY}), []),
        (lambda kind: kind == folded(estate.ROLE), [ODDLY_WRITTEN]),
        (lambda kind: "a:b:C" if kind == folded(estate.ROLE) else "", ["a:b:C"]),
        (lambda _: False, []),
    ],
    ids=["listed", "not listed", "asked", "asked as another", "refused"],
)
def test_a_policy_sees_resources_of_its_types_alone(
    tmp_path: Path, types: Callable[[str], str | bool], seen: list[str]
) -> None:
    pack = seen_as(tmp_path, types)
    assert pack.says("seen", replace(estate.role(), type=ODDLY_WRITTEN)) == seen


def test_what_a_targeted_run_leaves_out_is_not_seen(tmp_path: Path) -> None:
    pack = seen_as(tmp_path, frozenset({estate.ROLE}))
    assert pack.says("seen", replace(estate.role(), properties={})) == []
